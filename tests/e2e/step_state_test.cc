// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/step_state.h"

#include <gtest/gtest.h>

#include <future>

#include "framework/base/files.h"
#include "framework/e2e/case_error.h"

namespace graduand::e2e {
namespace {

class StepStateTest : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("step-state").value();
  fs::path state_ = dir_.path() / "steps/x.1.json";
  fs::path finish_ = dir_.path() / "finish";
  CancelSource cancel_;
};

TEST_F(StepStateTest, ALaterStepHasWhatAnEarlierOneKept) {
  EXPECT_THROW(StepState(state_, "", {}).kept("uid"), CaseError);
  StepState(state_, "", {}).keep("uid", "abc");
  StepState(state_, "", {}).keep("count", 2);
  StepState(state_, "", {}).keep("count", 3);
  const StepState later(state_, "", {});
  EXPECT_EQ(later.kept("uid"), json::value("abc"));
  EXPECT_EQ(later.kept("count"), json::value(3));
  EXPECT_THROW(later.kept("other"), CaseError);
}

TEST_F(StepStateTest, WhatIsNoRecordIsNotOverlooked) {
  ASSERT_TRUE(write_file_atomically(state_, "[1"));
  EXPECT_THROW(StepState(state_, "", {}).kept("uid"), CaseError);
}

TEST_F(StepStateTest, ByHandValuesAreForTheStepItself) {
  StepState state("", "", {});
  state.keep("uid", "abc");
  EXPECT_EQ(state.kept("uid"), json::value("abc"));
  EXPECT_TRUE(state.told_to_finish(seconds(10)));
}

TEST_F(StepStateTest, HearsThatItIsToFinishWithoutWaitingForTheLimit) {
  StepState state("", finish_, cancel_.token());
  EXPECT_FALSE(state.told_to_finish(milliseconds(1)));
  EXPECT_FALSE(state.heard());
  auto told = std::async(std::launch::async, [&] { return state.told_to_finish(seconds(600)); });
  ASSERT_TRUE(write_file_atomically(finish_, ""));
  // Other files of the attempt may wake it before.
  while (!told.get()) told = std::async(std::launch::async, [&] { return state.told_to_finish(seconds(600)); });
  EXPECT_TRUE(state.heard());
}

TEST_F(StepStateTest, HearsItWhenItWasToldBeforeItListened) {
  ASSERT_TRUE(write_file_atomically(finish_, ""));
  StepState state("", finish_, cancel_.token());
  EXPECT_TRUE(state.told_to_finish(seconds(600)));
}

TEST_F(StepStateTest, IsStoppedByTheRunner) {
  StepState state("", finish_, cancel_.token());
  cancel_.cancel(SIGTERM);
  EXPECT_THROW(state.told_to_finish(seconds(600)), CaseError);
}

}  // namespace
}  // namespace graduand::e2e
