// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/base/text.h"
#include "tests/runner/scripted_run.h"

namespace graduand::runner {

inline constexpr const char* kGate = "PodLifecycleSleepAction";

// A scripted run on a cell "on" that goes on → off → on again.
class PhasedRun : public ScriptedRun {
 protected:
  catalogue::CellDescription& add_phased_cell() {
    auto& description = add_cell("on");
    description.transitions = {{.phase = "off", .gates = {{kGate, false}}},
                               {.phase = "on-again", .gates = {{kGate, true}}}};
    return description;
  }
  // "suite/<phased>/<name>".
  catalogue::CaseInfo& add_step(const std::string& phased, const std::string& name, catalogue::StepBinding::When when,
                                const std::string& after, const std::string& body) {
    auto& info = add_case(phased + "/" + name, body);
    info.step.phased_case = "suite/" + phased;
    info.step.when = when;
    info.step.after = after;
    return info;
  }
  // What the attempt was told, when its body copied context.json to $SHARED/<folder>.json.
  results::AttemptContext context_of(const std::string& folder) const {
    const auto value = parse_json(shared(folder + ".json"), folder);
    if (!value) return {};
    return results::attempt_context_from_json(*value).value_or(results::AttemptContext{});
  }
  // Takes the last records back, as if the run had been killed before they were written.
  void forget_lines(int count) {
    const auto file = directory() / results::layout::kRecords;
    auto lines = split(read_file(file).value(), '\n');
    lines.resize(lines.size() - 1 - static_cast<std::size_t>(count));
    ASSERT_TRUE(write_file_atomically(file, join(lines, "\n") + "\n"));
  }
};

}  // namespace graduand::runner
