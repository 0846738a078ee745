// SPDX-License-Identifier: Apache-2.0
#include "framework/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "framework/base/text.h"
#include "framework/report/text.h"
#include "tests/graduation/world.h"

namespace graduand::report {
namespace {

using graduation::test::World;
using testing::HasSubstr;
using testing::Not;

World large() {
  World world;
  world.add_good_days(16);
  world.add_case("sleep/" + std::string(120, 'x'), {});
  world.add_attempt("sleep/" + std::string(120, 'x')).cell = std::string(200, 'y');
  return world;
}

// A word that is longer than the terminal may stick out; nothing that we lay out does.
TEST(Terminal, TablesFitTheWidth) {
  const World world = large();
  const auto rates = history::case_cells(world.input.evidence);
  for (const int width : {80, 95, 96, 100, 111, 112, 120, 200})
    for (const std::string& line : split(flakes_terminal(rates, {false, width}), '\n'))
      EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
}

TEST(Terminal, PlainStyleHasNoEscapes) {
  const World world = large();
  Input input{"t", world.input.evidence, history::case_cells(world.input.evidence), {world.judged()}};
  EXPECT_THAT(report_terminal(input, {false, 80}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(report_terminal(input, {true, 80}), HasSubstr("\x1b["));
}

TEST(Markdown, ALoadBalancerIsNotCountedAsANode) {
  World world;
  world.add_good_days(1);
  results::ClusterInstance& instance = world.input.evidence.instances.front();
  instance.nodes.clear();
  for (const char* role : {"control-plane", "control-plane", "external-load-balancer", "worker"})
    instance.nodes.push_back({role, role, "", "", "", ""});
  const std::string text = report_markdown({"t", world.input.evidence, {}, {}});
  const std::size_t at = text.find("| `" + instance.id + "` |");
  ASSERT_NE(at, std::string::npos) << text;
  EXPECT_THAT(text.substr(at, text.find('\n', at) - at), HasSubstr(" | 3 | "));
}

TEST(Terminal, ColourOnlyAddsEscapes) {
  const auto judgement = large().judged();
  EXPECT_EQ(printable(judgement_terminal(judgement, {true, 90})), judgement_terminal(judgement, {false, 90}));
}

TEST(Terminal, TheVerdictStandsInTheFirstLine) {
  const std::string text = judgement_terminal(World().judged(), {false, 100});
  EXPECT_EQ(text.substr(0, text.find('\n')), "PodLifecycleSleepAction for stable in v1.34: no-evidence");
}

TEST(Terminal, WhatDecidesComesFirstAndWhatDoesNotApplyIsOneLine) {
  World world;
  world.add_good_days(3);
  world.input.evidence.attempts.back().outcome = results::Outcome::kFailed;
  const auto judgement = world.judged();
  const std::string text = judgement_terminal(judgement, {false, 100});
  const auto at = [&](const std::string& id) { return text.find("  " + id + "\n"); };
  EXPECT_LT(at("no-product-failures"), at("enough-scheduled-runs"));
  EXPECT_LT(at("enough-scheduled-runs"), at("ran-in-every-required-cell"));
  EXPECT_EQ(at("resources-compared"), std::string::npos);
  EXPECT_THAT(text, HasSubstr("rules do not apply (--all says why): "));
  EXPECT_THAT(text, HasSubstr("1 finding does not count either way (--all has it)"));
  EXPECT_THAT(text, Not(HasSubstr("needs gate PodLifecycleSleepAction on at kube-apiserver")));
  const std::string all = judgement_terminal(judgement, {false, 100, true});
  EXPECT_THAT(all, HasSubstr("The feature costs what it may  resources-compared"));
  EXPECT_THAT(all, HasSubstr("needs gate PodLifecycleSleepAction on at"));
  EXPECT_THAT(all, Not(HasSubstr("--all ")));
}

// A command that is broken into lines cannot be pasted.
TEST(Terminal, CommandsAreWholeAndStandOnce) {
  World world;
  world.add_profiles();
  const auto judgement = world.judged();
  const std::string text = judgement_terminal(judgement, {false, 80});
  std::set<std::string> commands;
  for (const auto& rule : judgement.rules) commands.insert(rule.commands.begin(), rule.commands.end());
  EXPECT_GE(commands.size(), 4u);
  for (const std::string& command : commands) {
    const auto first = text.find(" " + command + "\n");
    ASSERT_NE(first, std::string::npos) << command;
    EXPECT_EQ(text.find(" " + command + "\n", first + 1), std::string::npos) << command;
    EXPECT_THAT(judgement_markdown(judgement), HasSubstr("`" + command + "`"));
  }
  EXPECT_THAT(text, HasSubstr("command of ran-in-every-required-cell)"));
}

TEST(Terminal, CellsThatOnlySkippedAreCountedAndNotShown) {
  World world;
  world.add_good_days(2);
  world.add_case("sleep/elsewhere", {});
  world.add_attempt("sleep/elsewhere", results::Outcome::kSkipped);
  const auto rates = history::case_cells(world.input.evidence);
  const std::string text = flakes_terminal(rates, {false, 100});
  EXPECT_THAT(text, HasSubstr("suite sleep\n"));
  EXPECT_THAT(text, HasSubstr("delays  (skipped in 1 other cell)\n"));
  EXPECT_THAT(text, HasSubstr("1 case only skipped (flakes --all has it)\n"));
  EXPECT_THAT(text, Not(HasSubstr("elsewhere")));
  const std::string all = flakes_terminal(rates, {false, 100, true});
  EXPECT_THAT(all, HasSubstr("elsewhere"));
  EXPECT_THAT(all, Not(HasSubstr("skipped in ")));
  EXPECT_THAT(flakes_markdown(rates), HasSubstr("sleep/elsewhere"));
}

TEST(Terminal, WaiversAreListed) {
  World world;
  world.add_perfect(2);
  graduation::Policy policy = graduation::builtin_policy();
  for (const char* rule : {"days-with-runs", "enough-scheduled-runs"})
    policy.waivers.push_back({.feature = graduation::test::kGate,
                              .rule = rule,
                              .run = {},
                              .stage = graduation::Stage::kStable,
                              .release = {1, 34},
                              .reason = "a new job",
                              .author = "sig-node",
                              .expires = graduation::test::at("2026-12-31T00:00:00Z"),
                              .where = {}});
  const auto judgement = world.judged(policy);
  EXPECT_THAT(judgement_terminal(judgement, {false, 100}), HasSubstr("waived by sig-node: a new job"));
  EXPECT_THAT(judgement_terminal(judgement, {false, 100}), HasSubstr("waived: enough-scheduled-runs, days-with-runs;"));
  EXPECT_THAT(judgement_terminal(judgement, {false, 100}), testing::StartsWith("PodLifecycleSleepAction for stable in "
                                                                               "v1.34: pass-with-waivers\n"));
  EXPECT_THAT(judgement_markdown(judgement), HasSubstr("waived by sig-node: a new job"));
}

TEST(Empty, EverythingHasAnAnswer) {
  EXPECT_EQ(flakes_terminal({}, {}), "No attempts.\n");
  EXPECT_EQ(flakes_markdown({}), "No attempts.\n");
  EXPECT_THAT(report_terminal({"t", {}, {}, {}}, {}), HasSubstr("Runs (0)"));
  EXPECT_THAT(report_markdown({"t", {}, {}, {}}), HasSubstr("No runs."));
  EXPECT_EQ(report_json({"t", {}, {}, {}}).at("schema_version"), 1);
}

TEST(Json, NothingRunHasNoRate) {
  history::CaseCell row;
  row.skipped = row.attempts = 1;
  const json::value value = flakes_json({row});
  const auto& rate = value.at("rows").at(0).at("failures_per_attempt");
  EXPECT_TRUE(rate.at("rate").is_null());
  EXPECT_EQ(rate.at("n"), 0);
}

TEST(Style, ColumnsAndNoColorAreHeard) {
  setenv("COLUMNS", "132", 1);
  setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(terminal_style_for_stdout().width, 132);
  EXPECT_FALSE(terminal_style_for_stdout().colour);
  setenv("COLUMNS", "5", 1);
  EXPECT_EQ(terminal_style_for_stdout().width, 60);
  unsetenv("COLUMNS");
  unsetenv("NO_COLOR");
}

}  // namespace
}  // namespace graduand::report
