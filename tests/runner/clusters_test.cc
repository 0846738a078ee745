// SPDX-License-Identifier: Apache-2.0
// Several clusters up at once.
#include <gmock/gmock.h>

#include <condition_variable>
#include <csignal>
#include <mutex>

#include "framework/base/text.h"
#include "tests/runner/scripted_run.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Opens when so many have come.
class Gate {
 public:
  explicit Gate(int needed) : needed_(needed) {}
  bool come() {
    std::unique_lock<std::mutex> lock(mutex_);
    ++came_;
    changed_.notify_all();
    return changed_.wait_for(lock, seconds(30), [this] { return came_ >= needed_; });
  }

 private:
  const int needed_;
  int came_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
};

class Clusters : public ScriptedRun {
 protected:
  void SetUp() override {
    ScriptedRun::SetUp();
    options.clusters = 2;
    for (const char* name : {"on", "off", "third"}) {
      add_cell(name);
      cell(name);  // made before the threads are
    }
  }
  Result<cluster::CreateOutcome> ready(results::ClusterInstance instance, FakeCell& script) {
    cluster::CreateOutcome outcome;
    outcome.cluster = std::make_unique<FakeCluster>(instance, script);
    outcome.instance = std::move(instance);
    return outcome;
  }
  Result<cluster::CreateOutcome> full(results::ClusterInstance instance) {
    instance.outcome = Outcome::kInfraError;
    instance.message = "cannot allocate memory";
    cluster::CreateOutcome outcome;
    outcome.instance = std::move(instance);
    return outcome;
  }
};

TEST_F(Clusters, TwoAreUpAtOnceAndNotMore) {
  // Each attempt of the first two cells waits for one of the other; the third's would find only itself.
  add_case("meets",
           "echo + >> \"$SHARED/came\"\n"
           "while [ $(grep -c + \"$SHARED/came\") -lt 2 ]; do sleep 0.01; done\n" +
               passes());
  Gate both(2);
  std::atomic<int> up{0}, most{0};
  for (const char* name : {"on", "off", "third"}) {
    FakeCell& script = cell(name);
    script.create = [&, name = std::string(name)](results::ClusterInstance instance) {
      most = std::max(most.load(), ++up);
      EXPECT_TRUE(name == "third" || both.come());
      return ready(std::move(instance), script);
    };
    script.when_removed = [&] { --up; };
  }
  const auto summary = run();
  ASSERT_TRUE(summary) << to_string(summary.error());
  EXPECT_EQ(summary->exit_code(), 0);
  EXPECT_EQ(most, 2);
  EXPECT_THAT(contents().attempts, SizeIs(3));
  EXPECT_THAT(contents().instances, SizeIs(3));
}

TEST_F(Clusters, OneThatDoesNotComeUpBesideOthersIsTriedAloneBeforeItCounts) {
  add_case("a", passes());
  int tries = 0;
  cell("on").create = [&](results::ClusterInstance instance) {
    return ++tries == 1 ? full(std::move(instance)) : ready(std::move(instance), cell("on"));
  };
  options.keep_cluster = KeepCluster::kOnFailure;
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->exit_code(), 0);
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(attempt("a", "on").outcome, Outcome::kPassed);
  EXPECT_THAT(contents().instances, SizeIs(3)) << "the first try is no instance";
  EXPECT_EQ(contents().instances.back().cell.name, "on") << "after the others";
  EXPECT_FALSE(cell("on").created.at(0).retain_on_failure) << "it makes room";
  EXPECT_TRUE(cell("on").created.at(1).retain_on_failure);
  EXPECT_THAT(observer.notices, Contains(HasSubstr("cannot allocate memory")));
}

TEST_F(Clusters, OneThatDoesNotComeUpAloneEitherIsInfrastructure) {
  add_case("a", passes());
  cell("off").create = [&](results::ClusterInstance instance) { return full(std::move(instance)); };
  EXPECT_EQ(run()->exit_code(), 5);
  EXPECT_THAT(cell("off").created, SizeIs(2));
  EXPECT_EQ(attempt("a", "off").outcome, Outcome::kNotRun);
  EXPECT_EQ(attempt("a", "third").outcome, Outcome::kPassed);
}

TEST_F(Clusters, FailFastStopsEveryCell) {
  options.fail_fast = true;
  options.procs = 1;
  // In the second cell the first attempt ends only when the other cell has failed.
  add_case("a", "case \"$GRADUAND_ATTEMPT_ID\" in */on/*) " + say_terminal(Outcome::kFailed, "no") +
                    " touch \"$SHARED/failed\" ;; *) while [ ! -e \"$SHARED/failed\" ]; do sleep 0.01; done; "
                    "sleep 0.2; " +
                    passes() + " ;; esac");
  add_case("b", passes());
  Gate both(2);
  for (const char* name : {"on", "off"})
    cell(name).create = [&, name](results::ClusterInstance instance) {
      EXPECT_TRUE(both.come());
      return ready(std::move(instance), cell(name));
    };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->stopped_early);
  EXPECT_THAT(outcomes(), testing::UnorderedElementsAre("failed suite/a", "passed suite/a"));
  EXPECT_TRUE(cell("third").log.empty());
  EXPECT_EQ(cell("off").log.back(), "remove");
}

TEST_F(Clusters, AnInterruptionEndsAllCellsAndResumeGoesOnWithAll) {
  add_case("a", "[ -e \"$SHARED/again\" ] || exec sleep 60\n" + passes());
  std::atomic<int> started{0};
  observer.when_started = [&](const PlannedAttempt&) {
    if (++started == 2) cancel.cancel(SIGINT);
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->exit_code(), 130);
  EXPECT_THAT(contents().attempts, IsEmpty());
  for (const char* name : {"on", "off"}) EXPECT_EQ(cell(name).log.back(), "remove") << name;
  EXPECT_TRUE(cell("third").log.empty());

  ASSERT_TRUE(write_file_atomically(shared_folder() / "again", ""));
  observer.when_started = {};
  cancel = CancelSource();
  ASSERT_TRUE(resume(remaining(plan, contents())));
  EXPECT_THAT(contents().attempts, SizeIs(3));
}

// Two cells whose cluster is one and the same, and one with a cluster of its own.
class SharedCluster : public Clusters {
 protected:
  void SetUp() override {
    ScriptedRun::SetUp();
    options.clusters = 3;
    for (const char* name : {"on", "third", "off"}) {
      add_cell(name).provider = std::string(name) == "off" ? "kind" : "existing";
      cell(name);
    }
  }
};

TEST_F(SharedCluster, ItsCellsAreNeverUpSideBySideAndHoldUpNobodyElse) {
  add_case("a", passes());
  Gate beside(2);
  std::atomic<int> up{0}, most{0};
  for (const char* name : {"on", "third"}) {
    cell(name).create = [&, name](results::ClusterInstance instance) {
      most = std::max(most.load(), ++up);
      EXPECT_TRUE(std::string(name) == "third" || beside.come()) << "the other provider's cell did not come beside it";
      return ready(std::move(instance), cell(name));
    };
    cell(name).when_removed = [&] { --up; };
  }
  cell("off").create = [&](results::ClusterInstance instance) {
    EXPECT_TRUE(beside.come());
    return ready(std::move(instance), cell("off"));
  };
  const auto summary = run();
  ASSERT_TRUE(summary) << to_string(summary.error());
  EXPECT_EQ(summary->exit_code(), 0);
  EXPECT_EQ(most, 1);
  EXPECT_THAT(contents().attempts, SizeIs(3));
  EXPECT_FALSE(cell("third").created.at(0).retain_on_failure) << "others may be up";
}

TEST_F(SharedCluster, AloneWithItselfACellIsAlone) {
  add_case("a", passes());
  options.keep_cluster = KeepCluster::kOnFailure;
  make_plan_and_script(1);
  std::erase_if(plan.cells, [](const PlannedCell& one) { return one.cell.name == "off"; });
  auto writer = results::RunDirectoryWriter::create(directory(), run_record);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(execute(*writer, plan));
  EXPECT_TRUE(cell("on").created.at(0).retain_on_failure) << "what does not come up need not make room";
}

TEST_F(Clusters, ThrownExceptionsOfACellAreErrorsOfTheRun) {
  add_case("a", passes());
  cell("off").create = [](const results::ClusterInstance&) -> Result<cluster::CreateOutcome> {
    throw std::runtime_error("broken");
  };
  const auto summary = run();
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::kInternal);
  EXPECT_THAT(to_string(summary.error()), HasSubstr("broken"));
}

}  // namespace
}  // namespace graduand::runner
