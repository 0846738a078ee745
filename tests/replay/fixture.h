// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/graduation/judge.h"

namespace graduand::replay {

// A verdict that is to come out at some time.
struct Expected {
  graduation::Stage stage = graduation::Stage::kBeta;
  catalogue::KubeVersion release;
  Timestamp as_of{};
  std::string overall;
  std::map<std::string, std::string> open;  // rules that are neither pass nor not-applicable, and their verdicts
  std::vector<std::string> words;           // that the verdict must say, in findings, reasons or warnings
};

// A promotion as it was: what was known of the feature, what ran, and what the verdict should have been.
//
// <folder>/features/<Feature>.yaml   as features/*.yaml; its facts have their sources in comments
// <folder>/replay.yaml:
//   about: what happened
//   sources: [https://github.com/kubernetes/kubernetes/pull/128627]
//   feature: PodLifecycleSleepAction
//   cases: [{id: sleep/delays, labels: […], needs: […], features: […]}]   features: default the replay's
//   jobs:
//     - name: ci-sleep
//       reconstructed: true      what ran is not public; or `source`, when it is
//       trigger: presubmit       default periodic
//       from, to, every          a run at `from` and each `every` after it until `to`; or
//       at: [times]              runs at these times, and `changes` for each
//       clusters: [{version, worker, gates, cases, measures, fails: {case: N}, phases: […]}]
//                                fails: every N-th run; phases: {name, kind, version, gates, cases, fails}
//   marks: [{case, since, reason, author, made}]
//   judgements: [{stage, release, as-of, overall, open, words}]
struct Fixture {
  std::string about;
  std::vector<std::string> sources;
  graduation::JudgeInput input;  // without stage, release and as_of
  std::vector<Expected> judgements;
};
// kUsage with file:line:column. A job without a source that does not say `reconstructed: true` is refused: nobody shall
// take it for what CI showed.
Result<Fixture> load_fixture(const std::filesystem::path& folder);

}  // namespace graduand::replay
