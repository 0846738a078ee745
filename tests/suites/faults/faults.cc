// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

#include "framework/e2e/case.h"
#include "framework/e2e/case_error.h"
#include "framework/e2e/phased_case.h"

GRADUAND_SUITE_MAIN("faults")

namespace graduand::e2e {
namespace {

GRADUAND_CASE(passes, {.name = "passes", .features = {"Faults"}, .time_limit = seconds(20)}) {
  ctx().measure("answer", 42, "1");
  EXPECT_EQ(6 * 7, 42);
}

GRADUAND_CASE(slow_pass, {.name = "passes after 100 ms", .features = {"Faults"}, .time_limit = seconds(20)}) {
  EXPECT_FALSE(ctx().cancel().wait_for(milliseconds(100)));
}

GRADUAND_CASE(fails, {.name = "fails", .features = {"Faults"}, .labels = {"Broken"}, .time_limit = seconds(20)}) {
  EXPECT_EQ(6 * 9, 42) << "base thirteen";
}

GRADUAND_CASE(throws, {.name = "throws", .features = {"Faults"}, .labels = {"Broken"}, .time_limit = seconds(20)}) {
  throw std::runtime_error("an exception that nobody expected");
}

GRADUAND_CASE(flaky, {.name = "fails when its seed is odd", .features = {"Faults"}, .time_limit = seconds(20)}) {
  EXPECT_EQ(ctx().random().seed() % 2, 0u);
}

GRADUAND_CASE(infra, {.name = "cannot reach its cluster", .features = {"Faults"}, .time_limit = seconds(20)}) {
  throw CaseError("the API server could not be reached", true);
}

GRADUAND_CASE(skips_with_reason, {.name = "skips", .features = {"Faults"}, .time_limit = seconds(20)}) {
  GTEST_SKIP() << "this machine has one thread per core";
}

GRADUAND_CASE(changes_a_node,
              {.name = "changes a node", .features = {"Faults"}, .time_limit = seconds(20), .disruptive = true}) {
  ctx().change(cluster::file_change("node", "/etc/x", "y"));
  FAIL() << "there is no node";
}

GRADUAND_CASE(needs_more_nodes, {.name = "is skipped for its need",
                                 .features = {"Faults"},
                                 .needs = {"nodes >= 1000"},
                                 .time_limit = seconds(20)}) {
  FAIL() << "the need was not looked at";
}

GRADUAND_CASE(segfaults,
              {.name = "segfaults", .features = {"Faults"}, .labels = {"Broken"}, .time_limit = seconds(20)}) {
  std::signal(SIGSEGV, SIG_DFL);
  ::raise(SIGSEGV);
}

GRADUAND_CASE(hangs, {.name = "hangs and does not hear SIGTERM",
                      .features = {"Faults"},
                      .labels = {"Broken"},
                      .time_limit = seconds(2),
                      .serial = true}) {
  std::signal(SIGTERM, SIG_IGN);
  while (true) ::pause();
}

GRADUAND_CASE(stuck, {.name = "is stuck in its body",
                      .features = {"Faults"},
                      .labels = {"Broken"},
                      .time_limit = milliseconds(500)}) {
  ctx().progress("stuck");
  while (true) ::pause();
}

GRADUAND_CASE(hangs_until_told,
              {.name = "hangs until SIGTERM", .features = {"Faults"}, .labels = {"Broken"}, .time_limit = seconds(2)}) {
  EXPECT_FALSE(ctx().cancel().wait_for(seconds(600)));
}

// The child keeps the record pipe and the standard streams open.
GRADUAND_CASE(forks_and_leaves_a_child,
              {.name = "forks and leaves a child", .features = {"Faults"}, .time_limit = seconds(20)}) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGTERM, SIG_IGN);
    for (int i = 0; i < 600; ++i) ::sleep(1);
    ::_exit(0);
  }
  ctx().measure("child", child, "pid");
}

GRADUAND_CASE(prints_100_mb, {.name = "prints 100 MB", .features = {"Faults"}, .time_limit = seconds(60)}) {
  const std::string line = std::string(99, 'x') + "\n";
  for (int i = 0; i < 1'000'000; ++i) ASSERT_EQ(std::fwrite(line.data(), 1, line.size(), stdout), line.size());
}

GRADUAND_CASE(exits_0_without_a_record, {.name = "exits 0 without a record",
                                         .features = {"Faults"},
                                         .labels = {"Broken"},
                                         .time_limit = seconds(20)}) {
  ::_exit(0);
}

GRADUAND_PHASED_CASE(carried, {.name = "is carried through", .features = {"Faults"}, .speaks_for_flipped_gates = true});

GRADUAND_STEP(carried, begin, before(), {.name = "begins", .needs = {"gate PodLifecycleSleepAction on"}}) {
  EXPECT_EQ(phase(), "initial");
  keep("phases", json::array{phase()});
}

GRADUAND_STEP(carried, go_on, after_each(), {.name = "goes on"}) {
  json::value phases = kept("phases");
  phases.as_array().emplace_back(phase());
  keep("phases", phases);
  ctx().measure("phases", static_cast<double>(phases.as_array().size()), "1");
}

GRADUAND_STEP(carried, off_only, after("off"),
              {.name = "while it is off", .needs = {"gate PodLifecycleSleepAction off"}, .uses = {"go_on"}}) {
  EXPECT_EQ(kept("phases"), json::value(json::array{"initial", "off"}));
}

GRADUAND_STEP(carried, watch, throughout(), {.name = "watches"}) {
  while (!told_to_finish(seconds(5))) ctx().progress("still there");
  EXPECT_EQ(kept("phases").as_array().size(), ctx().transitions().size() + 1);
}

GRADUAND_PHASED_CASE(dropped, {.name = "is dropped", .features = {"Faults"}, .labels = {"Broken"}});

GRADUAND_STEP(dropped, begin, before(), {.name = "keeps nothing"}) {
  ctx().measure("begun", 1, "1");
}

GRADUAND_STEP(dropped, ask, after("off"), {.name = "asks for it"}) {
  ctx().measure("kept", kept("nothing").as_int64(), "1");
}

GRADUAND_STEP(dropped, conclude, after("on-again"), {.name = "needs what it asked for", .uses = {"ask"}}) {
  FAIL() << "nothing was there to conclude from";
}

GRADUAND_STEP(dropped, leave, throughout(), {.name = "leaves before it is told"}) {
  ctx().measure("left", 1, "1");
}

}  // namespace
}  // namespace graduand::e2e
