// SPDX-License-Identifier: Apache-2.0
// The whole output, as people and programs see it, against tests/golden. GRADUAND_UPDATE_GOLDEN=1 writes the files
// anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/report/report.h"
#include "tests/graduation/world.h"
#include "tests/report/golden.h"

namespace graduand::report {
namespace {

using graduation::test::at;
using graduation::test::World;
using results::Outcome;

// A small hand-made history: three good runs, one with a failure that is a flake, a lost cluster, a case that repeats
// inside one instance, and a run that does not count.
World sample() {
  World world;
  world.add_good_days(3);
  world.add_run("flaky", at("2026-11-30T10:00:00Z"));
  world.add_instance("sleep/on", world.older(), true);
  auto& failed = world.add_attempt("sleep/delays", Outcome::kFailed);
  failed.failures = {
      {"suites/sleep/delays.cc", 42, "Expected: termination within 12 s | `30.2 s`\n<b>node</b> was *busy*", true}};
  failed.seed = 4242;
  auto& repeated = world.add_attempt("sleep/delays");
  repeated.number = 2;
  repeated.id.back() = '2';
  auto& lost = world.add_attempt("sleep/validates", Outcome::kInfraError);
  lost.reason = "the node's container is gone";
  world.add_good_run("dry", at("2026-11-30T09:00:00Z"));
  world.input.evidence.runs.back().simulated = true;
  world.add_profiles();
  for (auto& one : world.input.evidence.instances) one.host_added_gates = {{"KubeletInUserNamespace", true}};
  return world;
}

Input input_of(const World& world) {
  Input input;
  input.title = "graduand: PodLifecycleSleepAction";
  input.selection = world.input.evidence;
  input.rates = history::case_cells(world.input.evidence);
  input.judgements = {world.judged()};
  return input;
}

TEST(Golden, Flakes) {
  const World world = sample();
  const auto rates = history::case_cells(world.input.evidence);
  expect_golden("flakes.txt", flakes_terminal(rates, {false, 100}));
  expect_golden("flakes-all.txt", flakes_terminal(rates, {false, 100, true}));
  expect_golden("flakes-80.txt", flakes_terminal(rates, {false, 80}));
  expect_golden("flakes-120.txt", flakes_terminal(rates, {false, 120}));
  expect_golden("flakes.md", flakes_markdown(rates));
  expect_golden("flakes.json", pretty_json(flakes_json(rates)));
}

TEST(Golden, Judgement) {
  const auto judgement = sample().judged();
  expect_golden("judgement.txt", judgement_terminal(judgement, {false, 100}));
  expect_golden("judgement-all.txt", judgement_terminal(judgement, {false, 100, true}));
  expect_golden("judgement-80.txt", judgement_terminal(judgement, {false, 80}));
  expect_golden("judgement.md", judgement_markdown(judgement));
  expect_golden("judgement.json", pretty_json(judgement_json(judgement)));
}

TEST(Golden, JudgementOfNothing) {
  const auto judgement = World().judged();
  expect_golden("judgement-none.txt", judgement_terminal(judgement, {false, 100}));
  expect_golden("judgement-none.md", judgement_markdown(judgement));
}

TEST(Golden, JudgementThatPasses) {
  World world;
  world.add_perfect(16);
  world.input.evidence.watermark = history::Watermark{19, at("2026-11-30T11:10:00Z")};
  expect_golden("judgement-pass.txt", judgement_terminal(world.judged(), {false, 100}));
}

TEST(Golden, Report) {
  const Input input = input_of(sample());
  expect_golden("report.txt", report_terminal(input, {false, 100}));
  expect_golden("report.md", report_markdown(input));
  expect_golden("report.json", pretty_json(report_json(input)));
}

}  // namespace
}  // namespace graduand::report
