// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/commands/run_command.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "framework/base/contains.h"
#include "framework/base/text.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/graduation/commands/shell.h"

namespace graduand::graduation {
namespace {

constexpr const char* kSchedule = " --trigger periodic --job \"$JOB_NAME\" --build-id \"$BUILD_ID\"";

bool runs(const KnownProfile& profile, const std::string& suite) {
  return profile.suites.empty() || contains(profile.suites, suite);
}

// A profile with the ways of those of its cells that can be evidence.
struct Candidate {
  const KnownProfile* profile;
  std::vector<PlannedWay> ways;
};

std::vector<Candidate> candidates_of(const JudgeInput& input) {
  std::vector<Candidate> all;
  for (const KnownProfile& profile : input.profiles) {
    Candidate candidate{&profile, {}};
    for (const catalogue::CellDescription& cell : profile.cells)
      if (catalogue::capabilities_of(cell.provider).makes_clusters) candidate.ways.emplace_back(cell, input.info);
    all.push_back(std::move(candidate));
  }
  return all;
}

std::size_t cost(const PlannedWay& way) {
  return way.cell().transitions.size();
}

// The cell with the fewest transitions that fits; null when none does.
const PlannedWay* cheapest(const Candidate& candidate, const WantedCell& wanted) {
  if (!std::all_of(wanted.suites.begin(), wanted.suites.end(),
                   [&](const std::string& suite) { return runs(*candidate.profile, suite); }))
    return nullptr;
  const PlannedWay* best = nullptr;
  for (const PlannedWay& way : candidate.ways)
    if (wanted.fits(way) && (best == nullptr || cost(way) < cost(*best))) best = &way;
  return best;
}

// Cells of one profile that are to be run.
struct Choice {
  const Candidate* candidate;
  std::vector<const PlannedWay*> ways;
  bool whole() const { return ways.size() == candidate->profile->cells.size(); }
};

// Takes what the choice has out of `open`.
Choice choose(const Candidate& candidate, std::vector<const WantedCell*>& open) {
  Choice choice{&candidate, {}};
  std::erase_if(open, [&](const WantedCell* wanted) {
    const PlannedWay* way = cheapest(candidate, *wanted);
    if (way != nullptr && !contains(choice.ways, way)) choice.ways.push_back(way);
    return way != nullptr;
  });
  return choice;
}

// The profile that has most of what is open, at the least cost; null when none has any.
const Candidate* best_of(const std::vector<Candidate>& candidates, const std::vector<const WantedCell*>& open) {
  const Candidate* best = nullptr;
  std::size_t most = 0;
  std::size_t least = 0;
  for (const Candidate& candidate : candidates) {
    std::vector<const WantedCell*> left = open;
    const Choice choice = choose(candidate, left);
    const std::size_t has = open.size() - left.size();
    const std::size_t costs = std::accumulate(choice.ways.begin(), choice.ways.end(), std::size_t{0},
                                              [](std::size_t sum, const PlannedWay* way) { return sum + cost(*way); });
    if (has < std::max<std::size_t>(most, 1) || (has == most && costs >= least)) continue;
    best = &candidate;
    most = has;
    least = costs;
  }
  return best;
}

std::string options_of(const std::string& label_filter, bool scheduled) {
  return " --label-filter " + shell_quoted(label_filter) + (scheduled ? kSchedule : "");
}

std::string command_of(const std::vector<Choice>& choices) {
  std::string command = "graduand run";
  for (const Choice& choice : choices) command += " --profile " + shell_quoted(choice.candidate->profile->file);
  if (std::all_of(choices.begin(), choices.end(), [](const Choice& choice) { return choice.whole(); })) return command;
  for (const Choice& choice : choices)
    for (const PlannedWay* way : choice.ways)
      command += " --cell " + shell_quoted(choices.size() == 1 ? way->cell().name : way->cell().display_name());
  return command;
}

}  // namespace

WantedCell wanted_cell(const catalogue::FeatureInfo& feature, const catalogue::ResolvedCell& required) {
  return {[&required](const PlannedWay& way) { return way.leads_through(required); },
          "with a cell that is " + required.name, feature.required_suites};
}

Commands run_commands(const JudgeInput& input, const std::vector<WantedCell>& wanted, const std::string& label_filter,
                      bool scheduled) {
  const std::vector<Candidate> candidates = candidates_of(input);
  std::vector<const WantedCell*> open;
  for (const WantedCell& one : wanted) open.push_back(&one);
  std::vector<Choice> choices;
  while (!open.empty()) {
    const Candidate* best = best_of(candidates, open);
    if (best == nullptr) break;
    choices.push_back(choose(*best, open));
  }
  Commands commands;
  if (!choices.empty()) commands.lines.push_back(command_of(choices) + options_of(label_filter, scheduled));
  if (open.empty()) return commands;
  commands.lines.push_back("graduand run --profile FILE" + options_of(label_filter, scheduled));
  std::vector<std::string> words;
  for (const WantedCell* one : open)
    if (!contains(words, one->words)) words.push_back(one->words);
  commands.profile = join(words, ", and ");
  return commands;
}

Commands repeat_until_failure(const JudgeInput& input, const std::string& cell, const std::string& case_id) {
  std::string options =
      " --case " + shell_quoted(case_id) + " --repeat 30 --fail-fast --keep-cluster on-failure --trigger reproduce";
  for (const KnownProfile& profile : input.profiles)
    for (const catalogue::CellDescription& known : profile.cells) {
      if (known.display_name() != cell) continue;
      if (profile.cells.size() > 1) options.insert(0, " --cell " + shell_quoted(known.name));
      return {{"graduand run --profile " + shell_quoted(profile.file) + options}, {}};
    }
  return {{"graduand run --profile FILE --cell " + shell_quoted(cell) + options}, "that has the cell " + cell};
}

std::string label_of(const JudgeInput& input) {
  return "FeatureGate:" + input.feature;
}

bool counts_by_hand(const Policy& policy) {
  return contains(policy.admissible, results::Trigger::kManual);
}

}  // namespace graduand::graduation
