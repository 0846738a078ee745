// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::runner {
namespace {

using results::Outcome;

std::string line(const results::Message& message) {
  return json::serialize(results::to_json(message));
}

struct Messages : testing::Test {
  std::vector<std::string> progress;
  std::vector<results::Transition> transitions;
  MessageCollector collector{[this](const std::string& text) { progress.push_back(text); },
                             [this](results::Transition one) { transitions.push_back(std::move(one)); }};
  const Collected& collected() { return collector.collected(); }
};

TEST_F(Messages, EachKindGoesItsWay) {
  results::Transition flip;
  flip.phase_before = "initial";
  flip.phase_after = "gate off";
  collector.line(line(results::Progress{"waiting"}));
  collector.line(line(results::Measure{"delay", 5.25, "s"}));
  collector.line(line(results::Failure{"a.cc", 3, "no", true}));
  EXPECT_EQ(collected().last_phase, std::nullopt);
  collector.line(line(flip));
  collector.line(line(results::Terminal{Outcome::kFailed, "no"}));
  EXPECT_THAT(progress, testing::ElementsAre("waiting"));
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_EQ(transitions[0].request.kind, catalogue::TransitionKind::kSetGates);
  EXPECT_EQ(collected().last_phase, "gate off");
  ASSERT_EQ(collected().measures.size(), 1u);
  EXPECT_EQ(collected().measures[0].value, 5.25);
  ASSERT_EQ(collected().failures.size(), 1u);
  EXPECT_TRUE(collected().failed);
  EXPECT_EQ(collected().terminal->outcome, Outcome::kFailed);
  EXPECT_EQ(collected().after_terminal, 0);
}

TEST_F(Messages, WhatComesAfterTheTerminalRecordIsCounted) {
  collector.line(line(results::Terminal{Outcome::kFailed, "first"}));
  collector.line(line(results::Measure{"late", 1, "s"}));
  collector.line(line(results::Terminal{Outcome::kPassed, "second"}));
  EXPECT_EQ(collected().terminals, 2);
  EXPECT_EQ(collected().terminal->reason, "first");
  EXPECT_EQ(collected().after_terminal, 1);
}

TEST_F(Messages, GarbageIsCountedAndTheFirstIsKept) {
  for (const char* text : {"what?", "", "{}", "[1]", R"({"type":"terminal","outcome":"crashed"})"})
    collector.line(text);
  EXPECT_EQ(collected().unreadable, 5);
  EXPECT_FALSE(collected().first_problem.empty());
  EXPECT_FALSE(collected().terminal);
}

TEST_F(Messages, ALineOverAMebibyteIsGarbage) {
  collector.line(line(results::Progress{std::string(1u << 20, 'x')}));
  EXPECT_EQ(collected().unreadable, 1);
  EXPECT_TRUE(progress.empty());
}

TEST_F(Messages, LongStringsAreShortened) {
  collector.line(line(results::Failure{"a.cc", 1, std::string(500'000, 'x'), false}));
  collector.line(line(results::Terminal{Outcome::kFailed, std::string(500'000, 'y')}));
  EXPECT_LE(collected().failures.at(0).message.size(), 66'000u);
  EXPECT_LE(collected().terminal->reason.size(), 66'000u);
}

TEST_F(Messages, BeyondTheLimitsOnlyTheTerminalRecordIsHeard) {
  const std::string measure = line(results::Measure{"m", 1, "s"});
  for (int i = 0; i < 10'100; ++i) collector.line(measure);
  collector.line(line(results::Failure{"a.cc", 1, "late", false}));
  collector.line(line(results::Terminal{Outcome::kPassed, ""}));
  EXPECT_EQ(collected().measures.size(), 10'000u);
  EXPECT_EQ(collected().dropped, 101u);
  EXPECT_TRUE(collected().failed) << "a failure counts even when its text is not kept";
  EXPECT_TRUE(collected().terminal);
}

TEST_F(Messages, AllTogetherIsBounded) {
  const std::string failure = line(results::Failure{"a.cc", 1, std::string(1'000'000, 'x'), false});
  for (int i = 0; i < 12; ++i) collector.line(failure);
  EXPECT_EQ(collected().failures.size(), 8u);
  EXPECT_EQ(collected().dropped, 4u);
}

}  // namespace
}  // namespace graduand::runner
