// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/clock.h"
#include "framework/base/json.h"

namespace graduand::catalogue {

// What is known of a case before it runs.
struct CaseInfo {
  std::string suite;  // "pod-lifecycle-sleep-action"
  std::string id;     // stable, unique in a history: "pod-lifecycle-sleep-action/prestop-sleep-delays-termination"
  std::string name;   // display name, may change
  std::string description;
  std::vector<std::string> features;  // whom it speaks for: "PodLifecycleSleepAction"
  std::vector<std::string> labels;    // without the derived ones
  std::vector<std::string> needs;     // texts of Need
  milliseconds time_limit{120000};
  milliseconds expected_duration{0};  // author's hint for longest first; 0: the time limit stands in
  bool serial = false;                // alone on its cluster
  bool disruptive = false;            // serial, and changes components
  std::string file;                   // where it is defined
  int line = 0;

  // `labels` and what follows from the rest, as Kubernetes' framework derives them: "Serial", "Disruptive",
  // "FeatureGate:X" for each feature.
  std::vector<std::string> all_labels() const;
  json::object to_json() const;
  static Result<CaseInfo> from_json(const json::value& value);
};

}  // namespace graduand::catalogue
