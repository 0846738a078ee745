// SPDX-License-Identifier: Apache-2.0
// What a store remembers beside attempts: plans, facts, marks, which ingest brought what, and so how it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/history/store.h"
#include "tests/history/sample.h"

namespace graduand::history {
namespace {

using results::Mark;
using results::Outcome;
using results::RunContents;
using test::add_attempt;
using test::at;
using test::sample_run;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Everything that a selection says, as one text.
std::string bytes(const Selection& selection) {
  std::string text;
  const auto add = [&text](const auto& records) {
    for (const auto& record : records) text += json::serialize(results::to_json(record)) + "\n";
  };
  add(selection.runs);
  add(selection.instances);
  add(selection.transitions);
  add(selection.attempts);
  add(selection.facts);
  add(selection.marks);
  for (const auto& plan : selection.plans) text += json::serialize(plan.to_json()) + "\n";
  for (const long number : selection.attempt_numbers) text += std::to_string(number) + " ";
  return text + std::to_string(selection.watermark->number) + format_rfc3339(selection.watermark->at);
}

class StoreMemory : public testing::Test {
 protected:
  TempDir folder_ = TempDir::create("store").value();
  FakeClock clock_{at("2026-11-20T00:00:00Z")};
  std::unique_ptr<Store> store_ = open_sqlite(folder_.path() / "history.db", clock_).value();

  void ingest(const RunContents& contents) {
    clock_.advance(std::chrono::hours(1));
    const auto added = store_->ingest(contents);
    ASSERT_TRUE(added) << to_string(added.error());
  }
  Error refused(const RunContents& contents) {
    const std::string before = bytes(store_->select({}).value());
    const auto added = store_->ingest(contents);
    EXPECT_FALSE(added);
    EXPECT_EQ(bytes(store_->select({}).value()), before) << "nothing may be added";
    return added ? Error{} : added.error();
  }
  static Mark fixed(const std::string& case_id) {
    return {.feature = "F", .case_id = case_id, .since = at("2026-11-02T00:00:00Z"), .reason = "why", .author = "who"};
  }
  static RunContents with_plan(RunContents contents, int attempts = 1) {
    contents.plan =
        results::RunPlan{contents.run.id, {{contents.instances[0].cell, {{"suite", "a", {"F"}, "initial", attempts}}}}};
    return contents;
  }
  static results::Fact fact(const std::string& id, const std::string& run, const std::string& measured) {
    return {id, run, "", "name of " + id, json::object{{"v", id}}, at(measured)};
  }
};

TEST_F(StoreMemory, AnEmptyHistoryHasTheWatermarkZero) {
  EXPECT_EQ(store_->select({})->watermark->number, 0);
  EXPECT_EQ(store_->select({.up_to = 0})->watermark->number, 0);
}

TEST_F(StoreMemory, FactsComeByRunThenTimeThenId) {
  auto first = sample_run("r1", "2026-11-01T00:00:00Z");
  first.facts = {fact("c", "r1", "2026-11-01T00:00:09Z"), fact("b", "r1", "2026-11-01T00:00:05Z"),
                 fact("a", "r1", "2026-11-01T00:00:05Z")};
  auto second = sample_run("r2", "2026-11-02T00:00:00Z");
  second.facts = {fact("0", "r2", "2026-11-01T00:00:00Z")};
  ingest(second);
  ingest(first);
  const Selection selection = store_->select({}).value();
  std::vector<std::string> order;
  for (const auto& one : selection.facts) order.push_back(one.id);
  EXPECT_THAT(order, ElementsAre("a", "b", "c", "0"));
  EXPECT_EQ(results::to_json(selection.facts[2]), results::to_json(first.facts[0]));
}

TEST_F(StoreMemory, APlanIsKeptAndAnotherOneIsAConflict) {
  const auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  ingest(contents);
  EXPECT_THAT(store_->select({})->plans, IsEmpty());
  ingest(with_plan(contents));  // an older program did not bring it
  const Selection selection = store_->select({}).value();
  ASSERT_EQ(selection.plans.size(), 1u);
  EXPECT_EQ(selection.plans[0].to_json(), with_plan(contents).plan->to_json());
  EXPECT_EQ(selection.watermark->number, 2);
  const Error error = refused(with_plan(contents, 2));
  EXPECT_EQ(error.kind, ErrorKind::kConflict);
  EXPECT_THAT(error.message, HasSubstr("plan of run r1"));
  auto foreign = with_plan(sample_run("r2", "2026-11-02T00:00:00Z"));
  foreign.plan->run_id = "r1";
  EXPECT_EQ(refused(foreign).kind, ErrorKind::kUsage);
}

TEST_F(StoreMemory, OnlyWhatAddsSomethingIsNumbered) {
  auto contents = with_plan(sample_run("r1", "2026-11-01T00:00:00Z"));
  add_attempt(contents, "a", Outcome::kPassed);
  ingest(contents);
  const auto first = store_->select({})->watermark;
  EXPECT_EQ(first->number, 1);
  EXPECT_EQ(first->at, at("2026-11-20T01:00:00Z"));
  ingest(contents);
  EXPECT_EQ(store_->select({})->watermark->number, 1);
  ASSERT_TRUE(store_->add_mark(fixed("a")));
  EXPECT_EQ(store_->select({})->watermark->number, 2);
  EXPECT_EQ(store_->select({})->watermark->at, at("2026-11-20T02:00:00Z"));
}

TEST_F(StoreMemory, AnEarlierWatermarkGivesTheSameBytesForEver) {
  auto first = sample_run("r1", "2026-11-01T00:00:00Z");
  const auto end = *first.run.finished;
  first.run.finished.reset();
  add_attempt(first, "a", Outcome::kPassed);
  std::vector<std::string> then = {bytes(store_->select({}).value())};
  const auto remember = [&] { then.push_back(bytes(store_->select({}).value())); };
  ingest(first);
  remember();
  EXPECT_EQ(store_->select({})->runs.at(0).finished, std::nullopt);

  first.run.finished = end;  // it went on: another attempt, a fact, a transition, the plan
  add_attempt(first, "a", Outcome::kFailed);
  first.facts = {fact("f", "r1", "2026-11-01T00:00:09Z")};
  results::Transition transition;
  transition.id = "t";
  transition.run_id = "r1";
  transition.started = first.run.started;
  first.transitions = {transition};
  ingest(with_plan(first));
  remember();
  ASSERT_TRUE(store_->add_mark(fixed("a")));
  remember();
  auto earlier = sample_run("r0", "2026-10-01T00:00:00Z");
  add_attempt(earlier, "a", Outcome::kPassed);
  ingest(earlier);
  remember();

  for (std::size_t number = 0; number < then.size(); ++number) {
    const auto again = store_->select({.up_to = static_cast<long>(number)});
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_EQ(bytes(*again), then[number]) << number;
  }
  EXPECT_EQ(store_->select({.up_to = 1})->runs.at(0).finished, std::nullopt) << "unfinished, as it was";
  EXPECT_EQ(store_->select({.up_to = 2})->runs.at(0).finished, end);
  EXPECT_THAT(store_->select({.up_to = 2})->marks, IsEmpty());
}

TEST_F(StoreMemory, ANumberBeyondTheNewestIsRefusedNamingIt) {
  ingest(sample_run("r1", "2026-11-01T00:00:00Z"));
  for (const long number : {2L, -1L}) {
    const auto beyond = store_->select({.up_to = number});
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(beyond.error().message, HasSubstr("the newest is 1"));
  }
}

TEST_F(StoreMemory, RunDirectoriesHaveNoWatermarkMarksOrPast) {
  const auto contents = with_plan(sample_run("r1", "2026-11-01T00:00:00Z"));
  const Selection direct = select_from({contents}, {}).value();
  EXPECT_EQ(direct.watermark, std::nullopt);
  EXPECT_THAT(direct.marks, IsEmpty());
  EXPECT_EQ(direct.plans.size(), 1u);
  EXPECT_EQ(select_from({contents}, {.up_to = 1}).error().kind, ErrorKind::kUsage);
}

TEST_F(StoreMemory, AScheduledRunNeedsJobAndBuild) {
  for (const bool job : {true, false}) {
    auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
    (job ? contents.run.job : contents.run.build_id).clear();
    const Error error = refused(contents);
    EXPECT_EQ(error.kind, ErrorKind::kUsage);
    EXPECT_THAT(error.message, HasSubstr(job ? "no job" : "no build"));
    contents.run.trigger = results::Trigger::kManual;
    EXPECT_TRUE(select_from({contents}, {}));
  }
}

TEST_F(StoreMemory, OneBuildIsOneScheduledRun) {
  ingest(sample_run("r1", "2026-11-01T00:00:00Z"));
  auto copy = sample_run("r2", "2026-11-02T00:00:00Z");
  add_attempt(copy, "a", Outcome::kPassed);
  copy.run.build_id = "r1";
  const Error error = refused(copy);
  EXPECT_EQ(error.kind, ErrorKind::kConflict);
  EXPECT_THAT(error.message, testing::AllOf(HasSubstr("run r1"), HasSubstr("run r2"), HasSubstr("ci-f")));
  copy.run.job = "ci-other";
  ingest(copy);
  auto manual = sample_run("r3", "2026-11-03T00:00:00Z");
  manual.run.build_id = "r1";
  manual.run.trigger = results::Trigger::kManual;
  ingest(manual);
  EXPECT_EQ(store_->runs()->size(), 3u);
}

TEST_F(StoreMemory, RecordsOutOfTimeAreRefused) {
  auto early = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(early, "a", Outcome::kPassed).started = early.run.started - std::chrono::minutes(1);
  EXPECT_THAT(refused(early).message, HasSubstr(early.attempts[0].id));
  auto late = sample_run("r1", "2026-11-01T00:00:00Z");
  results::Transition transition;
  transition.id = "t";
  transition.run_id = "r1";
  transition.started = late.run.started;
  transition.took = std::chrono::minutes(31);
  late.transitions = {transition};
  EXPECT_EQ(refused(late).kind, ErrorKind::kUsage);
  auto backwards = sample_run("r1", "2026-11-01T00:00:00Z");
  backwards.run.finished = backwards.run.started - seconds(1);
  EXPECT_EQ(refused(backwards).kind, ErrorKind::kUsage);
}

TEST_F(StoreMemory, MarksAreNumberedDatedAndKept) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(contents, "a", Outcome::kFailed);
  ingest(contents);
  const auto first = store_->add_mark(fixed("a"));
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_EQ(first->id, "mark-1");
  EXPECT_EQ(first->made, clock_.now());
  const auto second = store_->add_mark({.kind = Mark::Kind::kInfrastructure,
                                        .target = contents.attempts[0].id,
                                        .rule = "disk",
                                        .reason = "full",
                                        .author = "who"});
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(second->id, "mark-2");
  const auto marks = store_->select({.feature = "another"})->marks;
  ASSERT_EQ(marks.size(), 2u) << "all marks, whatever is asked";
  EXPECT_EQ(results::to_json(marks[0]), results::to_json(*first));
  EXPECT_EQ(results::to_json(marks[1]), results::to_json(*second));
}

TEST_F(StoreMemory, AMarkOfWhatIsNotThereIsAnsweredWithTheNearest) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(contents, "suite/delays", Outcome::kFailed);
  add_attempt(contents, "suite/other", Outcome::kFailed, "G");
  ingest(contents);
  const auto refuse = [&](Mark mark, const std::string& hint) {
    const auto made = store_->add_mark(std::move(mark));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(made.error().hint, HasSubstr(hint));
  };
  refuse(fixed("suite/delay"), "suite/delays");
  refuse(fixed("suite/other"), "");  // it speaks for another feature
  Mark infrastructure{.kind = Mark::Kind::kInfrastructure, .reason = "r", .author = "a"};
  refuse(infrastructure, "");
  infrastructure.target = contents.attempts[0].id + "0";
  refuse(infrastructure, contents.attempts[0].id);
  Mark blank = fixed("suite/delays");
  blank.reason = "  ";
  refuse(blank, "");
  EXPECT_THAT(store_->select({})->marks, IsEmpty());
  EXPECT_EQ(store_->select({})->watermark->number, 1);
}

}  // namespace
}  // namespace graduand::history
