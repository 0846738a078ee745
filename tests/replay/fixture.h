// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "framework/catalogue/case.h"
#include "framework/graduation/judge.h"

namespace graduand::replay {

// Where something is known from: a link such as "k/k#128627", or nothing when it is made up so that the rest can be
// judged, which has to be said.
struct Origin {
  std::string source;
  bool reconstructed = false;
  std::string part;  // the judgements that name it have it; empty: all
};

// A cluster by what is asked of it; a gate that is locked or not there at a version is not asked for.
struct Cell {
  std::string name;
  catalogue::KubeVersion kubernetes;
  std::optional<catalogue::KubeVersion> worker;  // a second node, with an older kubelet
  catalogue::GateMap gates;
  std::vector<catalogue::TransitionRequest> transitions;
};

// Runs of a job: one, or one every so often from `from` to `to`.
struct Job {
  Origin origin;
  std::string name;
  std::string build;   // of the one run; of many they are numbered
  std::string change;  // of a presubmit
  results::Trigger trigger = results::Trigger::kPeriodic;
  Timestamp from{};
  Timestamp to{};
  milliseconds every{0};  // 0: one run
  std::vector<std::string> cells;
  std::vector<std::string> cases;  // in each phase
  std::string phased;              // a phased case: <phased>/create at first, <phased>/stays in each later phase
  std::set<std::string> failed;    // of `cases`
};

// Attempts of a case that failed, among those of the jobs.
struct Failures {
  Origin origin;
  std::string case_id;
  std::optional<bool> gate;  // only where the feature's first gate was so
  int one_in = 1;
  Timestamp from{};
  Timestamp to = Timestamp::max();
};

// What a case measured, with the feature's first gate on and off.
struct Measured {
  Origin origin;
  std::string case_id;
  std::string name;
  std::string unit;
  double on = 0;
  double off = 0;
};

struct Fixed {
  Origin origin;
  results::Mark mark;
};

struct ExpectedJudgement {
  std::string name;
  graduation::Stage stage = graduation::Stage::kBeta;
  catalogue::KubeVersion release;
  Timestamp as_of{};
  bool prereleases = false;          // the shipped policy, but for clusters of pre-releases
  std::set<std::string> parts;       // of the history that it has
  std::set<std::string> forgetting;  // "scenarios", "comparisons", "deprecations": as if the feature file had none
  std::string overall;
  std::map<std::string, std::string> open;  // rule → verdict, of every rule that is not met
  std::vector<std::string> says;            // each somewhere in the judgement
  std::vector<std::string> cells;           // required cells as they are resolved
};

// What happened to one feature, from tests/replay/<name>.yaml:
//
//   what: one sentence
//   facts: [{what, date, source}]                  source: "k/k#128627", "E#3763", "E keps/...", "https://..."
//   feature: {name, kep, sig, gates, stages, required-cells, scenarios, comparisons, deprecations}
//     gates: [{name, components, defaults: {v1.31.0: true}, source}]; each of the others has its source, too
//   cases: [{id, of, labels, needs, part}]         of: the feature that it speaks for, when it is another
//   cells: [{name, kubernetes, worker, gates, transitions: [{phase, gates | upgrade | downgrade}]}]
//   runs: [{job, trigger, from, to, every, cells, cases, phased, reconstructed: true}]
//         [{job, build, change, trigger, at, cells, cases, failed, source}]
//   failures: [{case, gate, one-in, from, to, source}]
//   measures: [{case, measure, unit, on, off, source}]
//   marks: [{fixed, since, made, reason, author, source}]
//   judgements: [{name, stage, release, as-of, prereleases, with, forgetting, cells, overall, open, says}]
//
// Whatever stands under runs, failures, measures and marks has a source, or says `reconstructed: true`; with a `part`
// it is in the judgements that name the part in `with`. So each fixture shows its guard from both sides: a judgement
// with what went wrong, and one without it, or `forgetting` the fact that a rule goes by.
struct Fixture {
  std::string file;
  std::string what;
  catalogue::FeatureInfo info;
  // Gate → release → whether it was on by default there, as the fixture's sources say.
  std::map<std::string, std::map<std::string, bool>> defaults;
  std::vector<catalogue::CaseInfo> cases;
  std::map<std::string, std::string> case_parts;  // case → the part of the history with which it was written
  std::map<std::string, Cell> cells;
  std::vector<Job> jobs;
  std::vector<Failures> failures;
  std::vector<Measured> measures;
  std::vector<Fixed> marks;
  std::vector<ExpectedJudgement> judgements;
};

// kUsage with file:line:column for what the schema does not know, for a fact without a link, for runs that have neither
// a link nor `reconstructed: true`, and for names that stand nowhere.
Result<Fixture> load_fixture(const std::filesystem::path& path);
Result<Fixture> parse_fixture(std::string_view text, const std::string& source);

}  // namespace graduand::replay
