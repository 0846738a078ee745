// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/process.h"
#include "framework/cluster/provider.h"
#include "framework/results/ginkgo_report.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/driver.h"
#include "framework/runner/suite.h"

namespace graduand::runner {

// What suite.yaml's placeholders stand for.
struct GinkgoTarget {
  std::string kubeconfig;  // absolute; empty without a cluster
  std::string context;
  std::string artifacts;  // a folder that exists or not
};
GinkgoTarget ginkgo_target(const cluster::Cluster& cluster, const std::filesystem::path& artifacts);
// suite.yaml's flags for a process on this cluster.
std::vector<std::string> ginkgo_flags(const LoadedSuite& suite, const GinkgoTarget& target);

// The binary on one spec and no other: a focus on its whole name, and its file and line, because several specs can have
// one name. It writes report.json in the attempt's folder. Time between SIGTERM and SIGKILL is what Ginkgo gives to
// clean-up: 30 seconds.
ProcessSpec ginkgo_process(const AttemptFiles& files, const LoadedSuite& suite, const catalogue::CaseInfo& info,
                           const GinkgoTarget& target);

// By how the process ended and what its report says, in this order. Pure.
//  - ended by the time limit → timed-out; by a signal, or without a readable report → crashed;
//  - BeforeSuite failed, or the suite was interrupted → infra-error from outside the product;
//  - no spec was selected, or several, or another than `info` → infra-error likewise: the focus did not hold;
//  - else as the spec ended (see ending_of_spec); one that passed → crashed when the process exited with another code
//    than 0, infra-error from outside when only AfterSuite failed.
// Measures are process_start, before_suite and spec, in seconds.
JudgedAttempt ending_of_ginkgo(const ProcessResult& result, const Result<results::GinkgoReport>& report,
                               const catalogue::CaseInfo& info, milliseconds time_limit);

// By the spec's state alone: passed; skipped, with its reason, or because it is pending; timed-out by Ginkgo's own
// limits; interrupted → infra-error from outside; anything else → failed.
JudgedAttempt ending_of_spec(const results::GinkgoNode& spec);

// "BeforeSuite failed: …" when a node of the suite itself did not pass; else empty.
std::string failed_suite_node(const results::GinkgoNode& node);

// Reads report.json, takes what was left out from the file, and returns the rest.
Result<results::GinkgoReport> take_ginkgo_report(const std::filesystem::path& file);

}  // namespace graduand::runner
