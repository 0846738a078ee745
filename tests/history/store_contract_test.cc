// SPDX-License-Identifier: Apache-2.0
// What every store must do, whatever it keeps its records in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "framework/base/files.h"
#include "framework/history/store.h"
#include "tests/history/sample.h"

namespace graduand::history {
namespace {

using results::Outcome;
using test::add_attempt;
using test::at;
using test::sample_run;
using testing::ElementsAre;
using testing::HasSubstr;

struct Backend {
  std::string name;
  std::function<Result<std::unique_ptr<Store>>(const fs::path& folder)> open;
};

class StoreContract : public testing::TestWithParam<Backend> {
 protected:
  std::unique_ptr<Store> open() {
    auto store = GetParam().open(folder_.path());
    EXPECT_TRUE(store) << (store ? "" : to_string(store.error()));
    return store ? std::move(*store) : nullptr;
  }
  TempDir folder_ = TempDir::create("store").value();
};

std::vector<std::string> ids(const Selection& selection) {
  std::vector<std::string> all;
  for (const auto& attempt : selection.attempts) all.push_back(attempt.id);
  return all;
}

TEST_P(StoreContract, KeepsEverythingOfARun) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(contents, "a", Outcome::kFailed).failures.push_back({"f.cc", 3, "message with \"quotes\"\nand ü", true});
  contents.attempts[0].first_phase = "off";
  contents.attempts[0].last_phase = "on-again";
  results::Transition transition;
  transition.id = "t1";
  transition.run_id = "r1";
  transition.instance_id = contents.instances[0].id;
  transition.attempt_id = contents.attempts[0].id;
  transition.request = {.phase = "off", .gates = {{"F", false}}, .component = "kubelet"};
  transition.phase_before = "initial";
  transition.phase_after = "off";
  transition.started = contents.run.started + seconds(9);
  transition.took = milliseconds(13'240);
  transition.outcome = Outcome::kFailed;
  transition.message = "its last words: \"panic\"\n";
  contents.transitions.push_back(transition);
  results::Fact fact;
  fact.id = "f1";
  fact.run_id = "r1";
  fact.value = 7;
  contents.facts.push_back(fact);

  auto store = open();
  const auto summary = store->ingest(contents).value();
  EXPECT_EQ(summary.runs, 1);
  EXPECT_EQ(summary.instances, 1);
  EXPECT_EQ(summary.transitions, 1);
  EXPECT_EQ(summary.attempts, 1);
  EXPECT_EQ(summary.facts, 1);
  EXPECT_EQ(summary.already_there, 0);

  const Selection selection = store->select({}).value();
  ASSERT_EQ(selection.attempts.size(), 1u);
  EXPECT_EQ(results::to_json(selection.attempts[0]), results::to_json(contents.attempts[0]));
  ASSERT_EQ(selection.instances.size(), 1u);
  EXPECT_EQ(results::to_json(selection.instances[0]), results::to_json(contents.instances[0]));
  ASSERT_EQ(selection.transitions.size(), 1u);
  EXPECT_EQ(results::to_json(selection.transitions[0]), results::to_json(contents.transitions[0]));
  ASSERT_EQ(selection.runs.size(), 1u);
  EXPECT_EQ(results::to_json(selection.runs[0]), results::to_json(contents.run));
}

// What a feature's gate cycle is told from: all transitions of a run in the order of time, also of clusters on which no
// attempt of the feature ran.
TEST_P(StoreContract, TransitionsComeInTheOrderOfTime) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(contents, "a", Outcome::kPassed);
  for (const char* id : {"late", "early", "middle"}) {
    results::Transition transition;
    transition.id = id;
    transition.run_id = "r1";
    transition.request.kind = catalogue::TransitionKind::kUpgrade;
    transition.started = contents.run.started + seconds(id[0] == 'e' ? 1 : id[0] == 'm' ? 2 : 3);
    contents.transitions.push_back(transition);
  }
  auto store = open();
  ASSERT_TRUE(store->ingest(contents));
  const Selection selection = store->select({.feature = "F"}).value();
  std::vector<std::string> order;
  for (const auto& transition : selection.transitions) order.push_back(transition.id);
  EXPECT_THAT(order, ElementsAre("early", "middle", "late"));
  EXPECT_EQ(store->ingest(contents)->transitions, 0);
}

TEST_P(StoreContract, IngestIsIdempotentAlsoAfterOpeningAgain) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(contents, "a", Outcome::kPassed);
  ASSERT_TRUE(open()->ingest(contents));
  const auto again = open()->ingest(contents).value();
  EXPECT_EQ(again.runs + again.instances + again.attempts, 0);
  EXPECT_EQ(again.already_there, 3);
  EXPECT_EQ(open()->select({})->attempts.size(), 1u);
}

TEST_P(StoreContract, AChangedAttemptIsAConflictAndNothingIsAdded) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(contents, "a", Outcome::kFailed);
  auto store = open();
  ASSERT_TRUE(store->ingest(contents));
  const std::string id = contents.attempts[0].id;
  contents.attempts[0].outcome = Outcome::kPassed;
  auto& added = add_attempt(contents, "b", Outcome::kPassed);
  std::swap(added, contents.attempts[0]);  // the new one comes first, and must be rolled back
  const auto result = store->ingest(contents);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(result.error().message, HasSubstr(id));
  const Selection selection = store->select({}).value();
  EXPECT_THAT(ids(selection), ElementsAre(id));
  EXPECT_EQ(selection.attempts[0].outcome, Outcome::kFailed);
}

TEST_P(StoreContract, ARecordOfAnotherRunIsRefused) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(contents, "a", Outcome::kPassed).run_id = "r2";
  const auto result = open()->ingest(contents);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kUsage);
}

TEST_P(StoreContract, TheRunThatFinishedLastIsKept) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  const auto end = *contents.run.finished;
  contents.run.finished.reset();
  auto store = open();
  ASSERT_TRUE(store->ingest(contents));
  contents.run.finished = end + std::chrono::minutes(5);
  ASSERT_TRUE(store->ingest(contents));
  EXPECT_EQ(store->runs()->front().finished, end + std::chrono::minutes(5));
  // An earlier state that comes late does not undo it.
  for (const std::optional<Timestamp> late : {std::optional<Timestamp>{}, std::optional(end)}) {
    contents.run.finished = late;
    ASSERT_TRUE(store->ingest(contents));
    EXPECT_EQ(store->runs()->front().finished, end + std::chrono::minutes(5));
  }
  // What its attempts are worth cannot change.
  contents.run.finished = end + std::chrono::hours(1);
  contents.run.trigger = results::Trigger::kManual;
  const auto result = store->ingest(contents);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kConflict);
}

TEST_P(StoreContract, AResumedRunAddsItsNewAttempts) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(contents, "a", Outcome::kPassed);
  auto store = open();
  ASSERT_TRUE(store->ingest(contents));
  add_attempt(contents, "b", Outcome::kPassed);
  contents.run.finished = *contents.run.finished + std::chrono::minutes(5);
  const auto summary = store->ingest(contents).value();
  EXPECT_EQ(summary.attempts, 1);
  EXPECT_THAT(store->select({})->attempt_numbers, ElementsAre(1, 2));
}

TEST_P(StoreContract, SelectsByFeatureCaseTimeAndRun) {
  auto first = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(first, "a", Outcome::kPassed, "F");
  add_attempt(first, "b", Outcome::kPassed, "G");
  auto second = sample_run("r2", "2026-11-02T00:00:00Z");
  add_attempt(second, "a", Outcome::kFailed, "F").features = {"F", "G"};
  auto store = open();
  // The younger run first: the order of a selection is the attempts' time, the number is the history's.
  ASSERT_TRUE(store->ingest(second));
  ASSERT_TRUE(store->ingest(first));
  const std::string a1 = first.attempts[0].id;
  const std::string b1 = first.attempts[1].id;
  const std::string a2 = second.attempts[0].id;

  const Selection all = store->select({}).value();
  EXPECT_THAT(ids(all), ElementsAre(a1, b1, a2));
  EXPECT_THAT(all.attempt_numbers, ElementsAre(2, 3, 1));
  EXPECT_THAT(ids(*store->select({.feature = "F"})), ElementsAre(a1, a2));
  EXPECT_THAT(ids(*store->select({.feature = "G"})), ElementsAre(b1, a2));
  EXPECT_THAT(ids(*store->select({.feature = "g"})), ElementsAre());
  EXPECT_THAT(ids(*store->select({.case_id = "b"})), ElementsAre(b1));
  EXPECT_THAT(ids(*store->select({.since = at("2026-11-02T00:00:01Z")})), ElementsAre(a2));
  EXPECT_THAT(ids(*store->select({.until = at("2026-11-01T00:00:02Z")})), ElementsAre(a1));
  const Selection of_second = store->select({.run_ids = {"r2", "none"}}).value();
  EXPECT_THAT(ids(of_second), ElementsAre(a2));
  ASSERT_EQ(of_second.runs.size(), 1u);
  EXPECT_EQ(of_second.instances.size(), 1u);
}

TEST_P(StoreContract, ARunWhoseClustersNeverCameUpIsSelected) {
  auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
  contents.instances[0].outcome = Outcome::kFailed;
  auto store = open();
  ASSERT_TRUE(store->ingest(contents));
  EXPECT_EQ(store->select({.feature = "F"})->instances.size(), 1u);
  EXPECT_EQ(store->select({.since = at("2026-11-02T00:00:00Z")})->runs.size(), 0u);
  EXPECT_EQ(store->select({.run_ids = {"r2"}})->runs.size(), 0u);
}

TEST_P(StoreContract, RunsComeByStartTime) {
  auto store = open();
  ASSERT_TRUE(store->ingest(sample_run("later", "2026-11-02T00:00:00Z")));
  ASSERT_TRUE(store->ingest(sample_run("earlier", "2026-11-01T00:00:00Z")));
  const auto runs = store->runs().value();
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].id, "earlier");
}

TEST_P(StoreContract, RunDirectoriesSelectLikeTheHistory) {
  auto first = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(first, "a", Outcome::kPassed);
  auto second = sample_run("r2", "2026-11-02T00:00:00Z");
  add_attempt(second, "a", Outcome::kFailed);
  auto store = open();
  for (const auto& run : {second, first}) ASSERT_TRUE(store->ingest(run));
  const Selection stored = store->select({.feature = "F"}).value();
  const Selection direct = select_from({second, first, second}, {.feature = "F"}).value();
  EXPECT_EQ(ids(stored), ids(direct));
  EXPECT_EQ(stored.attempt_numbers, direct.attempt_numbers);
  EXPECT_EQ(stored.instances.size(), direct.instances.size());
}

// Runs `body` in a process of its own; it must return true.
pid_t in_child(const std::function<bool()>& body) {
  const pid_t pid = fork();
  if (pid == 0) _exit(body() ? 0 : 1);
  return pid;
}

bool succeeded(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_P(StoreContract, ProcessesIngestAtOnceWithoutLossOrGap) {
  constexpr int kProcesses = 4;
  constexpr int kRuns = 8;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p)
    children.push_back(in_child([&, p] {
      auto store = GetParam().open(folder_.path());  // all of them create and migrate it
      if (!store) return false;
      for (int r = 0; r < kRuns; ++r) {
        auto contents = sample_run("r" + std::to_string(p) + "-" + std::to_string(r), "2026-11-01T00:00:00Z");
        for (int a = 0; a < 20; ++a) add_attempt(contents, "a", Outcome::kPassed);
        if (!(*store)->ingest(contents)) return false;
      }
      return true;
    }));
  for (const pid_t child : children) EXPECT_TRUE(succeeded(child));
  auto numbers = open()->select({})->attempt_numbers;
  ASSERT_EQ(numbers.size(), static_cast<std::size_t>(kProcesses * kRuns * 20));
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(numbers.front(), 1);
  EXPECT_EQ(numbers.back(), static_cast<long>(numbers.size()));
}

INSTANTIATE_TEST_SUITE_P(Backends, StoreContract,
                         testing::Values(Backend{
                             "sqlite", [](const fs::path& folder) { return open_sqlite(folder / "history.db"); }}),
                         [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace graduand::history
