// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/cluster/provider.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/plan/suite.h"

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

// Of the process of these specs: the sum of theirs.
milliseconds ginkgo_time_limit(const std::vector<SelectedCase>& specs);

// The binary on these specs of one suite and no others: usually one, or several of a unit. A focus on each one's whole
// name, and its file and line, because several specs can have one name. It writes report.json in the attempt's folder.
// Ginkgo's own limit (an hour, unless it is told) lies beyond ours, and so does the time from SIGTERM to SIGKILL beyond
// what it gives to clean-up, so that there is a report.
ProcessSpec ginkgo_process(const AttemptFiles& files, const std::vector<SelectedCase>& specs,
                           const GinkgoTarget& target);

// Ginkgo's limit of a process that runs as long as its specs do, each of which has its own.
inline constexpr const char* kNoGinkgoTimeout = "--ginkgo.timeout=8760h";

}  // namespace graduand::runner
