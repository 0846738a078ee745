// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/phase.h"

#include <set>

#include "framework/catalogue/json_codec.h"

namespace graduand::catalogue {
namespace {

using When = StepBinding::When;

constexpr When kWhens[] = {When::kBefore, When::kAfter, When::kThroughout};

const char* to_string(When when) {
  switch (when) {
    case When::kBefore:
      return "before";
    case When::kAfter:
      return "after";
    case When::kThroughout:
      return "throughout";
  }
  return "";
}

}  // namespace

std::vector<std::string> phase_names(const std::vector<TransitionRequest>& transitions) {
  std::vector<std::string> names = {kInitialPhase};
  for (const TransitionRequest& transition : transitions) names.push_back(transition.phase);
  return names;
}

std::vector<std::string> flipped_gates(const std::vector<TransitionRequest>& transitions) {
  std::set<std::string> gates;
  for (const TransitionRequest& transition : transitions)
    for (const auto& [gate, on] : transition.gates) gates.insert(gate);
  return {gates.begin(), gates.end()};
}

std::vector<std::size_t> StepBinding::phases(const std::vector<TransitionRequest>& transitions) const {
  std::vector<std::size_t> found;
  if (is_step() && when != When::kAfter) {
    if (!transitions.empty()) found.push_back(0);
    return found;
  }
  if (!is_step()) found.push_back(0);
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const TransitionRequest& transition = transitions[i];
    if (!is_step() || after.empty() || after == transition.phase || after == catalogue::to_string(transition.kind))
      found.push_back(i + 1);
  }
  return found;
}

json::value encode(const StepBinding& binding) {
  json::object object = {{"case", binding.phased_case}, {"when", to_string(binding.when)}};
  if (!binding.after.empty()) object["after"] = binding.after;
  if (!binding.uses.empty()) object["uses"] = encode(binding.uses);
  return object;
}

Status decode(const json::value& value, StepBinding& out) {
  StepBinding binding;
  std::string when;
  JsonReader reader(value, "step");
  reader.require("case", binding.phased_case);
  reader.require("when", when);
  reader.get("after", binding.after);
  reader.get("uses", binding.uses);
  GRADUAND_TRY(reader.finish());
  for (const When one : kWhens) {
    if (when != to_string(one)) continue;
    binding.when = one;
    out = std::move(binding);
    return {};
  }
  return fail(ErrorKind::kUsage, "'" + when + "' does not say when a step runs; expected before, after or throughout");
}

}  // namespace graduand::catalogue
