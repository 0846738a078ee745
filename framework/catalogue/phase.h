// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "framework/base/json.h"
#include "framework/catalogue/transition.h"

namespace graduand::catalogue {

// The phase in which every cluster is born.
inline constexpr const char* kInitialPhase = "initial";

// "initial", and the phase that each transition leads to, in order.
std::vector<std::string> phase_names(const std::vector<TransitionRequest>& transitions);

// The gates that any of the transitions sets, each once, by name.
std::vector<std::string> flipped_gates(const std::vector<TransitionRequest>& transitions);

// When a step of a phased case runs. An ordinary case is no step, and runs in every phase.
struct StepBinding {
  enum class When {
    kBefore,      // in the initial phase
    kAfter,       // in each later phase that `after` names
    kThroughout,  // one attempt, from the end of the initial phase's attempts to the end of the last phase
  };
  std::string phased_case{};  // the case's id, "suite/case", common to its steps; empty: no step
  When when = When::kBefore;
  std::string after{};              // a phase, or a kind of transition, "set-gates"; empty: each later phase
  std::vector<std::string> uses{};  // ids of steps whose state it needs, beside the `before` ones

  bool is_step() const { return !phased_case.empty(); }
  // Places in phase_names() in which an attempt of it starts; none in a cell whose transitions it does not mean, and
  // in a cell without transitions. Every phase for what is no step.
  std::vector<std::size_t> phases(const std::vector<TransitionRequest>& transitions) const;
  friend bool operator==(const StepBinding&, const StepBinding&) = default;
};

// As json_codec.h wants it: {"case": ..., "when": "before" | "after" | "throughout", "after": ..., "uses": [...]}.
json::value encode(const StepBinding& binding);
Status decode(const json::value& value, StepBinding& out);

}  // namespace graduand::catalogue
