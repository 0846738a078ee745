// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/clock.h"
#include "framework/base/json.h"
#include "framework/catalogue/phase.h"

namespace graduand::catalogue {

// What is known of a case before it runs.
struct CaseInfo {
  std::string suite;  // "pod-lifecycle-sleep-action"
  std::string id;     // stable, unique in a history: "pod-lifecycle-sleep-action/prestop-sleep-delays-termination"
  std::string name;   // display name, may change
  std::string description;
  std::vector<std::string> features;  // whom it speaks for: "PodLifecycleSleepAction"
  std::vector<std::string> labels;    // without the derived ones
  bool own_labels = false;          // a Ginkgo spec's: a filter sees Serial and Disruptive only where its suite says so
  std::vector<std::string> needs;   // texts of Need
  std::vector<std::string> images;  // references that the cluster's nodes must have or be able to pull
  milliseconds time_limit{120000};
  milliseconds expected_duration{0};      // author's hint for longest first; 0: the time limit stands in
  bool serial = false;                    // alone on its cluster
  bool disruptive = false;                // serial, and changes components
  bool speaks_for_flipped_gates = false;  // its attempts speak for the features whose gates their cell flips, too
  // Cases of a suite with the same number above 0 depend on one another: those of them that are selected run in one
  // process, ordered by place, each with its own record.
  int unit = 0;
  int place_in_unit = 0;
  StepBinding step;  // of a phased case
  std::string file;  // where it is defined
  int line = 0;

  // `labels` and what follows from the rest, as Kubernetes' framework derives them: "Serial", "Disruptive" (not with
  // own_labels), "FeatureGate:X" for each feature.
  std::vector<std::string> all_labels() const;
  // The same of its attempts in a cell with these transitions: with the flipped gates' features, when it speaks for
  // them. A feature with one gate is named as its gate.
  std::vector<std::string> features_in(const std::vector<TransitionRequest>& transitions) const;
  std::vector<std::string> labels_in(const std::vector<TransitionRequest>& transitions) const;
  json::object to_json() const;
  static Result<CaseInfo> from_json(const json::value& value);
};

}  // namespace graduand::catalogue
