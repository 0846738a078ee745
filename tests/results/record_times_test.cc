// SPDX-License-Identifier: Apache-2.0
#include "framework/results/record_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/results/sample_records.h"

namespace graduand::results {
namespace {

using ::testing::HasSubstr;

Attempt attempt_at(Timestamp started, milliseconds took) {
  Attempt attempt = sample_attempt("a", 1, Outcome::kPassed);
  attempt.started = started;
  attempt.took = took;
  return attempt;
}

TEST(RecordTimes, TheClocksSlackIsGrantedOnBothSidesAndNoMore) {
  const results::Run run = sample_run();
  const milliseconds tick(1);
  EXPECT_TRUE(check_times(run, attempt_at(run.started - kClockSlack, milliseconds(0))));
  EXPECT_FALSE(check_times(run, attempt_at(run.started - kClockSlack - tick, milliseconds(0))));
  EXPECT_TRUE(check_times(run, attempt_at(*run.finished, kClockSlack)));
  EXPECT_FALSE(check_times(run, attempt_at(*run.finished, kClockSlack + tick)));
}

TEST(RecordTimes, ARunThatIsNotFinishedHasNoEndToCross) {
  results::Run run = sample_run();
  run.finished.reset();
  EXPECT_TRUE(check_times(run, attempt_at(sample_time(86'400), seconds(60))));
  EXPECT_FALSE(check_times(run, attempt_at(sample_time(-60), seconds(1))));
}

TEST(RecordTimes, DurationsThatNoClockCanHoldAreRefused) {
  const results::Run run = sample_run();
  EXPECT_FALSE(check_times(run, attempt_at(sample_time(1), milliseconds::max())));
  EXPECT_FALSE(check_times(run, attempt_at(sample_time(1), milliseconds(-1))));
}

TEST(RecordTimes, TheMessageNamesTheRecordBothTimesAndWhatWasExpected) {
  const results::Run run = sample_run();
  const auto early = check_times(run, attempt_at(sample_time(-60), seconds(1)));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::kUsage);
  for (const char* part : {"sleep/a/1", "2026-11-21T04:09:00Z", "2026-11-21T04:10:00Z", "give or take 2s"})
    EXPECT_THAT(early.error().message, HasSubstr(part));
  Transition transition = sample_transition();
  transition.took = seconds(90);
  const auto late = check_times(run, transition);
  ASSERT_FALSE(late);
  for (const char* part : {"transition t1", "2026-11-21T04:10:40Z", "1m30s", "2026-11-21T04:11:00.123456Z"})
    EXPECT_THAT(late.error().message, HasSubstr(part));
}

TEST(RecordTimes, ARunEndsNoEarlierThanItStarts) {
  results::Run run = sample_run();
  run.finished = run.started;
  EXPECT_TRUE(check_times(run));
  run.finished = run.started - milliseconds(1);
  EXPECT_THAT(check_times(run).error().message, HasSubstr(run.id));
}

}  // namespace
}  // namespace graduand::results
