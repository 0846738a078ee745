// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/catalogue/feature.h"
#include "framework/history/store.h"

namespace graduand::replay {

// A phase of a cluster of a job: the first, or one that a transition leads to.
struct PhaseSpec {
  std::string name = "initial";
  catalogue::TransitionRequest request;  // that leads to it; of the first unused
  catalogue::KubeVersion version;        // of API server and kubelets
  std::optional<catalogue::KubeVersion> worker;
  catalogue::GateMap gates;                // effective everywhere
  std::vector<std::string> cases;          // that run in it
  std::map<std::string, int> fails;        // case → every N-th run; 1: each
  std::map<std::string, double> measures;  // of each attempt, in MiB
};

struct JobSpec {
  std::string name;
  results::Trigger trigger = results::Trigger::kPeriodic;
  std::vector<Timestamp> at;
  std::vector<std::string> changes;              // of presubmits, one for each time
  std::vector<std::vector<PhaseSpec>> clusters;  // each with its phases
};

// What the runner would have recorded of the job's runs, plans and facts included, added to `selection`. `features`
// tells for whom a case speaks; `phased` whose step it is.
void add_runs(const JobSpec& job, const std::map<std::string, std::vector<std::string>>& features,
              const std::map<std::string, std::vector<std::string>>& labels, history::Selection& selection);

}  // namespace graduand::replay
