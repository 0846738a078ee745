// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "framework/base/random.h"

namespace graduand::runner {
namespace {

using testing::ElementsAre;

struct Cases {
  LoadedSuite suite;
  catalogue::CaseInfo& add(const std::string& name) {
    catalogue::CaseInfo info;
    info.suite = "s";
    info.id = "s/" + name;
    info.time_limit = seconds(10);
    return suite.cases.emplace_back(std::move(info));
  }
  std::vector<SelectedCase> all() const {
    std::vector<SelectedCase> selected;
    for (const auto& info : suite.cases) selected.push_back({&suite, &info});
    return selected;
  }
  Cases() {
    suite.file.name = "s";
    suite.cases.reserve(64);
  }
};

std::pair<std::filesystem::path, catalogue::CellDescription> cell(const std::string& name) {
  catalogue::CellDescription description;
  description.profile = "p";
  description.name = name;
  description.provider = "kind";
  description.kubernetes_version = {1, 33, 13, {}};
  return {"/profiles/p.yaml", description};
}

std::vector<std::string> order(const PlannedCell& planned) {
  std::vector<std::string> texts;
  for (const auto& attempt : planned.attempts)
    texts.push_back(attempt.case_id.substr(2) + "#" + std::to_string(attempt.number));
  return texts;
}

TEST(MakePlan, LongestFirstInRoundsAndSerialAndDisruptiveLast) {
  Cases cases;
  auto& disruptive = cases.add("a-disruptive");
  disruptive.serial = disruptive.disruptive = true;
  cases.add("b-serial").serial = true;
  cases.add("c-short").expected_duration = seconds(1);
  cases.add("e-limit");  // its limit of 10 s stands in
  cases.add("d-limit");
  cases.add("f-long").expected_duration = seconds(60);
  const Plan plan = make_plan("r", {cell("on")}, cases.all(), 2, 1);
  EXPECT_THAT(order(plan.cells.at(0)),
              ElementsAre("f-long#1", "d-limit#1", "e-limit#1", "c-short#1", "f-long#2", "d-limit#2", "e-limit#2",
                          "c-short#2", "b-serial#1", "b-serial#2", "a-disruptive#1", "a-disruptive#2"));
}

TEST(MakePlan, PhasesFollowOneAnotherAndStepsAreWhereTheyAreBound) {
  Cases cases;
  cases.add("a-serial").serial = true;
  cases.add("b");
  auto& step = cases.add("x/off");
  step.step = {"s/x", catalogue::StepBinding::When::kAfter, "off", {}};
  auto& watch = cases.add("x/watch");
  watch.step = {"s/x", catalogue::StepBinding::When::kThroughout, "", {}};
  auto phased = cell("on");
  phased.second.transitions = {{.phase = "off"}, {.phase = "on-again"}};
  const Plan plan = make_plan("r", {phased}, cases.all(), 1, 7);
  std::vector<std::string> ids;
  for (const auto& attempt : plan.cells.at(0).attempts) ids.push_back(attempt.id);
  EXPECT_THAT(ids, ElementsAre("r/p/on/s/b@initial/1", "r/p/on/s/x/watch@initial/1", "r/p/on/s/a-serial@initial/1",
                               "r/p/on/s/b@off/1", "r/p/on/s/x/off@off/1", "r/p/on/s/a-serial@off/1",
                               "r/p/on/s/b@on-again/1", "r/p/on/s/a-serial@on-again/1"));
  EXPECT_TRUE(plan.cells[0].attempts[1].throughout);
  EXPECT_EQ(plan.cells[0].attempts[0].seed, plan.cells[0].attempts[3].seed) << "the same inputs in every phase";

  const auto read = Plan::from_json(plan.to_json());
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->to_json(), plan.to_json());
  EXPECT_EQ(read->cells[0].attempts[4].phase, "off");
  EXPECT_TRUE(read->cells[0].attempts[1].throughout);
}

TEST(PlanJson, SaysWhichFeaturesEachAttemptIsToSpeakFor) {
  Cases cases;
  cases.add("b").features = {"F", "G"};
  cases.add("c").features = {};
  const Plan plan = make_plan("r", {cell("on")}, cases.all(), 1, 7);
  EXPECT_THAT(plan.cells.at(0).attempts.at(0).features, ElementsAre("F", "G"));
  EXPECT_THAT(plan.cells.at(0).attempts.at(1).features, ElementsAre());
  const auto read = Plan::from_json(plan.to_json());
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_THAT(read->cells.at(0).attempts.at(0).features, ElementsAre("F", "G"));
  const auto record = results::RunPlan::from_plan_file(plan.to_json());
  ASSERT_TRUE(record) << to_string(record.error());
  EXPECT_THAT(record->cells.at(0).cases.at(0).features, ElementsAre("F", "G"));
}

TEST(PlanJson, AVersionWithoutPhasesIsReadAndANewerOneRefused) {
  Cases cases;
  cases.add("b");
  json::object value = make_plan("r", {cell("on")}, cases.all(), 1, 7).to_json();
  EXPECT_EQ(value.at("plan_version").as_int64(), 4);
  value["plan_version"] = 1;
  const auto old = Plan::from_json(value);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->cells[0].attempts[0].first_phase(), "initial");
  value["plan_version"] = 5;
  EXPECT_FALSE(Plan::from_json(value));
  value.erase("invocation");
  for (const int version : {2, 3}) {
    value["plan_version"] = version;
    const auto before = Plan::from_json(value);
    ASSERT_TRUE(before) << version;
    EXPECT_EQ(before->invocation.options.procs, 4);
  }
  value["plan_version"] = 4;
  EXPECT_FALSE(Plan::from_json(value)) << "it does not say how the run was asked for";
}

TEST(MakePlan, NamesAndSeeds) {
  Cases cases;
  cases.add("x");
  const Plan plan = make_plan("r", {cell("on"), cell("off")}, cases.all(), 2, 7);
  ASSERT_EQ(plan.attempts(), 4u);
  const PlannedAttempt& second = plan.cells.at(1).attempts.at(1);
  EXPECT_EQ(second.id, "r/p/off/s/x/2");
  EXPECT_EQ(second.suite, "s");
  EXPECT_EQ(second.seed, derive_seed(7, "s/x", 2));
  EXPECT_EQ(plan.cells.at(0).attempts.at(1).seed, second.seed) << "the same inputs in every cell";
  EXPECT_NE(plan.cells.at(0).attempts.at(0).seed, second.seed);
}

TEST(Plan, SurvivesJson) {
  Cases cases;
  cases.add("x");
  cases.add("y");
  Plan plan = make_plan("r", {cell("on"), cell("off")}, cases.all(), 3, 7);
  plan.cells[0].attempts[0].seed = 0xFFFF'FFFF'FFFF'FFFFu;
  plan.invocation = {{.procs = 7,
                      .clusters = 2,
                      .fail_fast = true,
                      .share_processes = true,
                      .conformance = true,
                      .keep_cluster = KeepCluster::kOnFailure},
                     "/data/h.db",
                     {"/suites"},
                     {"/features", "/more"}};
  const auto parsed = parse_json(pretty_json(plan.to_json())).and_then(Plan::from_json);
  ASSERT_TRUE(parsed) << to_string(parsed.error());
  EXPECT_EQ(parsed->to_json(), plan.to_json());
  EXPECT_EQ(parsed->cells[0].attempts[0].seed, 0xFFFF'FFFF'FFFF'FFFFu);
  EXPECT_EQ(parsed->cells[1].cell.fingerprint(), plan.cells[1].cell.fingerprint());
  EXPECT_EQ(parsed->cells[1].profile, "/profiles/p.yaml");
  EXPECT_EQ(parsed->invocation.options.keep_cluster, KeepCluster::kOnFailure);
  EXPECT_EQ(parsed->invocation.history, "/data/h.db");
}

TEST(Plan, RefusesWhatIsNone) {
  Cases cases;
  cases.add("x");
  const json::object good = make_plan("r", {cell("on")}, cases.all(), 1, 7).to_json();
  for (const char* text : {"[]", "{}", R"({"plan_version": 1})", R"({"plan_version": 4, "run_id": "r"})"})
    EXPECT_FALSE(Plan::from_json(json::parse(text))) << text;
  for (const char* member : {"id", "suite", "case", "number", "seed"}) {
    json::value spoilt = good;
    spoilt.at("cells").at(0).at("attempts").at(0).as_object().erase(member);
    const auto read = Plan::from_json(spoilt);
    ASSERT_FALSE(read) << member;
    EXPECT_EQ(read.error().kind, ErrorKind::kUsage);
  }
}

TEST(Remaining, DropsWhatHasARecordAndEmptyCells) {
  Cases cases;
  cases.add("x");
  cases.add("y");
  const Plan plan = make_plan("r", {cell("on"), cell("off")}, cases.all(), 1, 7);
  results::RunContents done;
  for (const char* id : {"r/p/on/s/x/1", "r/p/on/s/y/1", "r/p/off/s/y/1"}) {
    done.attempts.emplace_back().id = id;
    done.attempts.back().outcome = results::Outcome::kNotRun;
  }
  for (const char* name : {"on", "off", "off"}) done.instances.emplace_back().cell = cell(name).second;
  const Plan rest = remaining(plan, done);
  ASSERT_EQ(rest.cells.size(), 1u);
  EXPECT_THAT(order(rest.cells[0]), ElementsAre("x#1"));
  EXPECT_EQ(rest.cells[0].next_instance, 3);
  EXPECT_EQ(remaining(plan, {}).cells.at(0).next_instance, 1);
}

// A kill between a failed try and its attempt: the next execution's tries must not have the same ids.
TEST(Remaining, KnowsTheTriesOfAttemptsWithoutARecord) {
  Cases cases;
  cases.add("x");
  cases.add("y");
  const Plan plan = make_plan("r", {cell("on")}, cases.all(), 1, 7);
  results::RunContents done;
  for (const char* id : {"r/p/on/s/x/1/try-1", "r/p/on/s/x/1/try-2", "r/p/on/s/y/1/try-1", "r/p/on/s/y/1"})
    done.attempts.emplace_back().id = id;
  const Plan rest = remaining(plan, done);
  ASSERT_EQ(rest.cells.at(0).attempts.size(), 1u);
  EXPECT_EQ(rest.cells[0].attempts[0].recorded_tries, 2);
  ASSERT_EQ(rest.cells[0].recorded.size(), 1u);
  EXPECT_EQ(rest.cells[0].recorded[0].case_id, "s/y");
}

RC_GTEST_PROP(MakePlan, EveryAttemptOnceAndTheRestIsTheComplement, ()) {
  Cases cases;
  const int count = *rc::gen::inRange(0, 20), repeat = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) {
    auto& info = cases.add(std::to_string(i));
    info.expected_duration = seconds(*rc::gen::inRange(0, 5));
    info.serial = *rc::gen::arbitrary<bool>();
    info.disruptive = info.serial && *rc::gen::arbitrary<bool>();
  }
  const Plan plan = make_plan("r", {cell("on"), cell("off")}, cases.all(), repeat, 3);
  std::set<std::string> ids;
  results::RunContents done;
  for (const auto& planned : plan.cells) {
    for (const auto& attempt : planned.attempts) {
      RC_ASSERT(ids.insert(attempt.id).second);
      if (*rc::gen::arbitrary<bool>()) done.attempts.emplace_back().id = attempt.id;
    }
  }
  RC_ASSERT(ids.size() == static_cast<std::size_t>(2 * count * repeat));
  RC_ASSERT(remaining(plan, done).attempts() == ids.size() - done.attempts.size());
}

}  // namespace
}  // namespace graduand::runner
