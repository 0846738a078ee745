// SPDX-License-Identifier: Apache-2.0
// What becomes of the attempts of a cell when its cluster fails, and of the cluster.
#include <gmock/gmock.h>

#include "tests/runner/scripted_run.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const std::string kFails = say_terminal(Outcome::kFailed, "no pod");

class CellRunTest : public ScriptedRun {
 protected:
  void disruptive(catalogue::CaseInfo& info) { info.serial = info.disruptive = true; }
};

TEST_F(CellRunTest, AHealthyCellIsDeletedWithoutLogs) {
  add_case("a", passes());
  EXPECT_EQ(run()->exit_code(), 0);
  EXPECT_THAT(cell().log, ElementsAre("create", "remove"));
  EXPECT_EQ(cell().created[0].run_id, run_record.id);
  EXPECT_EQ(cell().created[0].instance_id, run_record.id + "/profile/on/1");
  EXPECT_EQ(cell().created[0].state_dir, directory() / "clusters/profile__on");
  EXPECT_FALSE(cell().created[0].retain_on_failure);
  EXPECT_THAT(observer.log, ElementsAre("cell on", "started suite/a", "passed suite/a", "finished on"));
}

TEST_F(CellRunTest, AFailureOnAHealthyClusterStandsAndLogsAreExported) {
  add_case("a", kFails);
  add_case("b", passes());
  EXPECT_EQ(run()->exit_code(), 1);
  EXPECT_EQ(attempt("a").outcome, Outcome::kFailed);
  EXPECT_EQ(attempt("b").outcome, Outcome::kPassed);
  EXPECT_THAT(cell().log, ElementsAre("create", "health", "logs", "remove"));
  EXPECT_THAT(cell().exported, ElementsAre(directory() / "clusters/profile__on/logs"));
}

TEST_F(CellRunTest, ALostClusterEndsTheCellAndTheNextGoesOn) {
  options.procs = 2;
  add_case("a", kFails);
  add_case("b", "case $GRADUAND_ATTEMPT_ID in */off/*) ;; *) exec sleep 60 ;; esac\n" + passes());
  add_case("c", passes());
  add_case("d", passes()).serial = true;
  add_cell("on");
  add_cell("off");
  // `a` fails in both cells, but only the first cluster is lost.
  cell("on").health = {lost("the node's container was killed")};
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(attempt("a").outcome, Outcome::kInfraError);
  EXPECT_THAT(attempt("a").reason, HasSubstr("the node's container was killed"));
  EXPECT_THAT(attempt("a").reason, HasSubstr("no pod"));
  EXPECT_EQ(attempt("b").outcome, Outcome::kInfraError);
  EXPECT_LT(attempt("b").took, seconds(30));
  for (const char* name : {"c", "d"}) {
    EXPECT_EQ(attempt(name).outcome, Outcome::kNotRun);
    EXPECT_THAT(attempt(name).reason, HasSubstr("the cluster was lost: the node's container was killed"));
  }
  EXPECT_EQ(attempt("a", "off").outcome, Outcome::kFailed);
  EXPECT_EQ(attempt("d", "off").outcome, Outcome::kPassed);
  EXPECT_THAT(cell("on").log, ElementsAre("create", "health", "logs", "remove"));
}

TEST_F(CellRunTest, ABrokenProductIsAFailureAndEndsTheCell) {
  options.procs = 2;
  add_case("a", kFails);
  // Under way when that is found: goes on to its own end.
  add_case("b",
           "while ! [ -e \"$SHARED/go\" ]; do sleep 0.01; done\n" + say_terminal(Outcome::kInfraError, "no answer"));
  add_case("c", passes());
  cell().health = {broken("the API server crashes")};
  observer.when_started = [](const PlannedAttempt&) {};
  add_case("d", passes()).serial = true;
  // The notice about the broken product is what lets `b` end.
  struct Releasing : LoggingObserver {
    std::filesystem::path go;
    void on_notice(const std::string& text) override {
      notices.push_back(text);
      EXPECT_TRUE(write_file_atomically(go, ""));
    }
  } releasing;
  releasing.go = shared_folder() / "go";
  make_plan_and_script(1);
  auto writer = results::RunDirectoryWriter::create(directory(), run_record);
  ASSERT_TRUE(writer);
  const auto summary = run_plan(plan, suites, run_record, *writer, directory(),
                                [this](const PlannedCell&) -> Result<cluster::Provider*> { return &provider; }, options,
                                releasing, system_clock(), {});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->exit_code(), 1);
  EXPECT_EQ(attempt("a").outcome, Outcome::kFailed);
  EXPECT_EQ(attempt("b").outcome, Outcome::kFailed) << "an API that does not answer is the product's fault here";
  EXPECT_THAT(attempt("b").reason, HasSubstr("the API server crashes"));
  for (const char* name : {"c", "d"}) {
    EXPECT_EQ(attempt(name).outcome, Outcome::kNotRun);
    EXPECT_THAT(attempt(name).reason, HasSubstr("the API server crashes"));
  }
}

TEST_F(CellRunTest, AnUnconfirmedInfraErrorCountsAgainstTheFeature) {
  add_case("a", say_terminal(Outcome::kInfraError, "API could not be reached"));
  EXPECT_EQ(run()->exit_code(), 1);
  EXPECT_EQ(attempt("a").outcome, Outcome::kFailed);
  EXPECT_THAT(attempt("a").reason, HasSubstr("the cluster is healthy"));
  EXPECT_THAT(attempt("a").reason, HasSubstr("API could not be reached"));
}

TEST_F(CellRunTest, AConfirmedInfraErrorIsOne) {
  add_case("a", say_terminal(Outcome::kInfraError, "API could not be reached"));
  cell().health = {lost("Docker is stopped")};
  EXPECT_EQ(run()->exit_code(), 5);
  EXPECT_EQ(attempt("a").outcome, Outcome::kInfraError);
}

TEST_F(CellRunTest, EveryDisruptiveAttemptIsFollowedByARestore) {
  disruptive(add_case("a", passes()));
  disruptive(add_case("b", kFails));
  add_case("c", passes()).serial = true;
  EXPECT_EQ(run()->exit_code(), 1);
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/c", "passed suite/a", "failed suite/b"));
  EXPECT_THAT(cell().log, ElementsAre("create", "restore", "health", "restore", "logs", "remove"));
}

TEST_F(CellRunTest, WhatADisruptiveAttemptBrokeAndRestoreMendedDoesNotEndTheCell) {
  disruptive(add_case("a", kFails));
  disruptive(add_case("b", passes()));
  cell().health = {broken("the API server is away")};
  EXPECT_EQ(run()->exit_code(), 1);
  EXPECT_THAT(outcomes(), ElementsAre("failed suite/a", "passed suite/b"));
}

TEST_F(CellRunTest, AFailedRestoreEndsTheCellAndIsATransitionThatFailed) {
  disruptive(add_case("a", passes()));
  disruptive(add_case("b", passes()));
  cell().restore = {fail(ErrorKind::kProduct, "the API server does not come back")};
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->failed_cells, 1);
  EXPECT_EQ(summary->exit_code(), 1);
  EXPECT_EQ(attempt("a").outcome, Outcome::kPassed);
  EXPECT_EQ(attempt("b").outcome, Outcome::kNotRun);
  EXPECT_THAT(attempt("b").reason, HasSubstr("the API server does not come back"));
  const auto transitions = contents().transitions;
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_EQ(transitions[0].request.kind, catalogue::TransitionKind::kRestore);
  EXPECT_EQ(transitions[0].outcome, Outcome::kFailed) << "the cluster is healthy otherwise: counts against the feature";
  EXPECT_EQ(transitions[0].attempt_id, attempt("a").id);
  EXPECT_THAT(cell().log, ElementsAre("create", "restore", "health", "logs", "remove"));
}

TEST_F(CellRunTest, WhatACaseChangedAndCannotBePutBackIsInfrastructure) {
  disruptive(add_case("a", passes()));
  disruptive(add_case("b", passes()));
  cell().restore = {fail(ErrorKind::kInfrastructure, "the file /etc/x could not be put back")};
  EXPECT_EQ(run()->exit_code(), 5);
  EXPECT_EQ(attempt("b").outcome, Outcome::kNotRun) << "the cluster is not used any more";
  EXPECT_EQ(contents().transitions.at(0).outcome, Outcome::kInfraError);
  EXPECT_THAT(contents().transitions.at(0).message, HasSubstr("/etc/x could not be put back"));
}

TEST_F(CellRunTest, ARestoreThatFailedOnABrokenControlPlaneCounts) {
  disruptive(add_case("a", passes()));
  cell().restore = {fail(ErrorKind::kInfrastructure, "no answer")};
  cell().health = {broken("the API server is away")};
  EXPECT_EQ(run()->exit_code(), 1);
  EXPECT_EQ(contents().transitions.at(0).outcome, Outcome::kFailed);
}

TEST_F(CellRunTest, ARestoreOnALostClusterIsInfrastructure) {
  disruptive(add_case("a", passes()));
  cell().restore = {fail(ErrorKind::kInfrastructure, "node gone")};
  cell().health = {lost("node gone")};
  EXPECT_EQ(run()->exit_code(), 5);
  EXPECT_EQ(contents().transitions.at(0).outcome, Outcome::kInfraError);
}

TEST_F(CellRunTest, ACellThatDoesNotComeUpIsNotRunAndTheNextIs) {
  add_case("a", passes());
  add_cell("on");
  add_cell("off");
  cell("on").create = [](results::ClusterInstance instance) {
    instance.outcome = Outcome::kInfraError;
    instance.message = "no image kindest/node:v1.33.13";
    return cluster::CreateOutcome{nullptr, std::move(instance)};
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->infrastructure_cells, 1);
  EXPECT_EQ(summary->exit_code(), 5);
  EXPECT_EQ(attempt("a", "on").outcome, Outcome::kNotRun);
  EXPECT_THAT(attempt("a", "on").reason, HasSubstr("no image kindest/node:v1.33.13"));
  EXPECT_EQ(attempt("a", "on").stdout_path, "");
  EXPECT_EQ(attempt("a", "off").outcome, Outcome::kPassed);
  EXPECT_EQ(contents().instances.size(), 2u);
}

TEST_F(CellRunTest, AProductThatDoesNotComeUpIsAFailure) {
  add_case("a", passes());
  cell().create = [](const results::ClusterInstance&) -> Result<cluster::CreateOutcome> {
    return fail(ErrorKind::kProduct, "the API server crashes with the gate on");
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->failed_cells, 1);
  EXPECT_EQ(summary->exit_code(), 1);
  ASSERT_EQ(contents().instances.size(), 1u);
  EXPECT_EQ(contents().instances[0].outcome, Outcome::kFailed);
  EXPECT_EQ(contents().instances[0].cell.fingerprint(), plan.cells[0].cell.fingerprint());
}

TEST_F(CellRunTest, KeepCluster) {
  const auto log_with = [this](KeepCluster keep, const std::string& body) {
    SetUp();
    suites[0].cases.clear();
    cell() = FakeCell{};
    add_case("a", body);
    options.keep_cluster = keep;
    observer.log.clear();
    EXPECT_TRUE(run());
    return cell().log.back() + (observer.log.back() == "finished on kept" ? ", kept" : "");
  };
  EXPECT_EQ(log_with(KeepCluster::kNever, kFails), "remove");
  EXPECT_EQ(log_with(KeepCluster::kOnFailure, kFails), "keep, kept");
  EXPECT_EQ(log_with(KeepCluster::kOnFailure, passes()), "remove");
  EXPECT_EQ(log_with(KeepCluster::kAlways, passes()), "keep, kept");
}

TEST_F(CellRunTest, AClusterThatCannotBeDeletedIsANotice) {
  add_case("a", passes());
  cell().remove = fail(ErrorKind::kInfrastructure, "Docker is stopped");
  EXPECT_EQ(run()->exit_code(), 0);
  EXPECT_THAT(observer.notices, ElementsAre(HasSubstr("Docker is stopped")));
}

}  // namespace
}  // namespace graduand::runner
