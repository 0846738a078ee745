// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/gtest/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::HasSubstr;

Collected said(Outcome outcome, std::string reason = {}) {
  Collected collected;
  collected.terminal = results::Terminal{outcome, std::move(reason)};
  collected.terminals = 1;
  return collected;
}

ProcessResult exited(int code) {
  ProcessResult result;
  result.exit_code = code;
  return result;
}

ProcessResult killed(int signal) {
  ProcessResult result;
  result.signal = signal;
  return result;
}

Ending end(const Collected& collected, const ProcessResult& result) {
  return ending_of(collected, result, seconds(30));
}

TEST(Ending, IsWhatTheProcessSaid) {
  EXPECT_EQ(end(said(Outcome::kPassed, "all well"), exited(0)).outcome, Outcome::kPassed);
  EXPECT_EQ(end(said(Outcome::kPassed, "all well"), exited(0)).reason, "");
  for (const Outcome outcome : {Outcome::kFailed, Outcome::kSkipped, Outcome::kInfraError}) {
    const Ending ending = end(said(outcome, "because\nof this"), exited(1));
    EXPECT_EQ(ending.outcome, outcome);
    EXPECT_EQ(ending.reason, "because of this");
  }
}

TEST(Ending, WithoutAReasonTheFirstFailureGivesIt) {
  Collected collected = said(Outcome::kFailed);
  collected.failures.push_back({"a.cc", 7, "expected 3, got 4", true});
  EXPECT_EQ(end(collected, exited(1)).reason, "expected 3, got 4");
  EXPECT_EQ(end(said(Outcome::kSkipped), exited(0)).reason, "no reason given");
}

TEST(Ending, NoTerminalRecordIsNeverAPass) {
  const Ending ending = end({}, exited(0));
  EXPECT_EQ(ending.outcome, Outcome::kCrashed);
  EXPECT_EQ(ending.reason, "exit code 0 without a terminal record");
  EXPECT_EQ(end({}, killed(SIGSEGV)).outcome, Outcome::kCrashed);
  EXPECT_THAT(end({}, killed(SIGSEGV)).reason, HasSubstr("signal 11"));
}

TEST(Ending, TheTimeLimitWinsOverWhatWasSaid) {
  ProcessResult result = killed(SIGTERM);
  result.timed_out = true;
  EXPECT_EQ(end({}, result).outcome, Outcome::kTimedOut);
  EXPECT_EQ(end({}, result).reason, "time limit of 30s");
  const Ending ending = end(said(Outcome::kFailed, "ended by SIGTERM"), result);
  EXPECT_EQ(ending.outcome, Outcome::kTimedOut);
  EXPECT_EQ(ending.reason, "time limit of 30s; it had said failed: ended by SIGTERM");
  EXPECT_EQ(end(said(Outcome::kPassed), result).outcome, Outcome::kTimedOut);
}

TEST(Ending, ASignalAfterTheTerminalRecordIsACrash) {
  const Ending ending = end(said(Outcome::kPassed), killed(SIGABRT));
  EXPECT_EQ(ending.outcome, Outcome::kCrashed);
  EXPECT_THAT(ending.reason, HasSubstr("it had said passed"));
}

TEST(Ending, SeveralTerminalRecordsOrMessagesAfterItAreACrash) {
  Collected twice = said(Outcome::kPassed);
  twice.terminals = 2;
  EXPECT_EQ(end(twice, exited(0)).outcome, Outcome::kCrashed);
  Collected after = said(Outcome::kFailed);
  after.after_terminal = 1;
  EXPECT_EQ(end(after, exited(0)).outcome, Outcome::kCrashed);
}

TEST(Ending, APassIsDoubted) {
  EXPECT_EQ(end(said(Outcome::kPassed), exited(23)).outcome, Outcome::kCrashed);
  Collected garbage = said(Outcome::kPassed);
  garbage.unreadable = 1;
  garbage.first_problem = "not JSON";
  EXPECT_EQ(end(garbage, exited(0)).outcome, Outcome::kCrashed);
  EXPECT_THAT(end(garbage, exited(0)).reason, HasSubstr("not JSON"));
  Collected contradiction = said(Outcome::kPassed);
  contradiction.failed = true;
  EXPECT_EQ(end(contradiction, exited(0)).outcome, Outcome::kFailed);
}

TEST(Ending, AFailureIsNotDoubted) {
  Collected garbage = said(Outcome::kFailed, "no");
  garbage.unreadable = 1;
  EXPECT_EQ(end(garbage, exited(0)).outcome, Outcome::kFailed);
}

}  // namespace
}  // namespace graduand::runner
