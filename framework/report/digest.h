// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/report/report.h"

namespace graduand::report {

// Attempts of one run, by outcome.
struct RunDigest {
  const results::Run* run = nullptr;
  long passed = 0, failed = 0, skipped = 0, infra = 0, not_run = 0;
};

// Attempts that were skipped for the same reason.
struct SkipDigest {
  std::string reason;
  long attempts = 0;
  std::vector<std::string> cases;  // ids, sorted
};

std::vector<RunDigest> digest_runs(const history::Selection& selection);    // newest last
std::vector<SkipDigest> digest_skips(const history::Selection& selection);  // most attempts first
// Attempts that failed, or ended as infra-error, the newest first.
std::vector<const results::Attempt*> troubles(const history::Selection& selection);
// The gates that a reader of this report cares about: requested in any cell, or named like a feature of any attempt.
std::vector<std::string> gates_of_interest(const history::Selection& selection);
// "PodLifecycleSleepAction off at kube-apiserver, on at kubelet; host: KubeletInUserNamespace on; unverified:
// kube-scheduler"
std::string gates_text(const results::ClusterInstance& instance, const std::vector<std::string>& gates);
// All of its failures, "file:line: message" each.
std::string failure_text(const results::Attempt& attempt);

}  // namespace graduand::report
