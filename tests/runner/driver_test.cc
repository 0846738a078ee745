// SPDX-License-Identifier: Apache-2.0
// What the runner asks of a suite's driver, and what it does with the answers.
#include "framework/runner/driver.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "framework/runner/cells/attempt_recorder.h"
#include "tests/runner/scripted_run.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Records its attempts as passed, or as failed when they have that label, without any process.
class RecordingBatch final : public Batch {
 public:
  RecordingBatch(const BatchScope& scope, std::vector<const PlannedAttempt*> attempts)
      : scope_(scope), attempts_(std::move(attempts)) {}
  std::vector<const PlannedAttempt*> attempts() const override { return attempts_; }
  Status run(int number) override {
    for (const PlannedAttempt* planned : attempts_) {
      const bool fails = !scope_.book.find(*planned)->info->labels.empty();
      Ending ending{fails ? Outcome::kFailed : Outcome::kPassed, fmt::format("in batch {}", number)};
      scope_.book.confirm(ending);
      results::Attempt attempt = scope_.book.blank(*planned);
      GRADUAND_TRY(scope_.book.record(attempt, ending));
    }
    return {};
  }

 private:
  BatchScope scope_;
  std::vector<const PlannedAttempt*> attempts_;
};

// An attempt is a shell that runs the case's description; its exit code says how it went.
class ShellDriver final : public SuiteDriver {
 public:
  Result<ProcessSpec> process(const SelectedCase& selected, const AttemptFiles& files,
                              const results::AttemptContext& context) const override {
    if (selected.info->description.empty()) return fail(ErrorKind::kInfrastructure, "no shell for it");
    ProcessSpec spec;
    spec.argv = {"sh", "-c", selected.info->description};
    spec.environment = {{"NS", context.ns}, {"CONTEXT", context.kube_context}};
    spec.working_directory = files.folder();
    spec.stdout_file = files.stdout_file();
    return spec;
  }
  JudgedAttempt judge(const SelectedCase&, const AttemptLeft& left) const override {
    JudgedAttempt judged;
    const std::string words = read_file(left.files.stdout_file()).value_or("");
    if (left.result.exit_code == 0) {
      judged.ending = {Outcome::kPassed, words};
    } else if (left.result.exit_code == 2) {
      judged.ending = {Outcome::kPassed, {}};
      judged.failed_tries = {{"a.c", 7, "the first try failed", false}};
      judged.measures = {{"tries", 2, ""}};
    } else {
      judged.ending = {Outcome::kInfraError, "said so", true};
    }
    return judged;
  }
  bool runs_together(Together how) const override { return how == together; }
  // What is named b and c.
  std::vector<std::unique_ptr<Batch>> take_batches(Together, std::deque<const PlannedAttempt*>& queue,
                                                   const BatchScope& scope) const override {
    std::vector<std::unique_ptr<Batch>> batches;
    for (const std::string name : {"b", "c"})
      std::erase_if(queue, [&](const PlannedAttempt* planned) {
        if (planned->case_id != "suite/" + name) return false;
        batches.push_back(std::make_unique<RecordingBatch>(scope, std::vector{planned}));
        return true;
      });
    return batches;
  }
  Together together = Together::kSharedProcesses;
};

class DriverTest : public ScriptedRun {
 protected:
  std::shared_ptr<ShellDriver> driver_ = std::make_shared<ShellDriver>();
  void SetUp() override {
    ScriptedRun::SetUp();
    suites[0].driver = driver_;
  }
  catalogue::CaseInfo& add(const std::string& name, const std::string& script) {
    catalogue::CaseInfo& info = add_case(name, {});
    info.description = script;
    return info;
  }
};

TEST_F(DriverTest, DescribesAProcessAndJudgesWhatItLeft) {
  add("a", "printf 'ns %s, %s' \"$NS\" \"$CONTEXT\"");
  add("b", "exit 2");
  add("c", "exit 3");
  add("d", "");
  ASSERT_TRUE(run());
  EXPECT_EQ(attempt("a").outcome, Outcome::kPassed);
  EXPECT_EQ(attempt("a").reason, "ns , kind-fake") << "it wants no namespace";
  EXPECT_THAT(attempt("a").stdout_path, HasSubstr("stdout.txt"));
  const auto all = contents().attempts;
  std::vector<std::string> of_b;
  for (const results::Attempt& one : all)
    if (one.case_id == "suite/b") of_b.push_back(to_string(one.outcome));
  EXPECT_THAT(of_b, ElementsAre("failed", "passed")) << "the try that failed has a record of its own";
  EXPECT_EQ(attempt("c").outcome, Outcome::kInfraError) << "known to be outside the product";
  EXPECT_THAT(attempt("d").reason, HasSubstr("could not be started: no shell for it"));
}

TEST_F(DriverTest, NeedsAndImagesAreHeldAgainstTheClusterBeforeAProcessStarts) {
  add("a", "exit 0").needs = {"nodes >= 100"};
  add("b", "exit 0").images = {"registry.example/x:1"};
  add("c", "exit 0");
  const SelectedCase b{&suites[0], &suites[0].cases[1]};
  const auto kept = driver_->kept_from_running(b, {}, {{"registry.example/x:1", "no such host"}});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->outcome, Outcome::kSkipped);
  EXPECT_EQ(kept->reason, "needs the image registry.example/x:1: no such host");
  EXPECT_FALSE(driver_->kept_from_running(b, {}, {}));
  ASSERT_TRUE(run());
  EXPECT_EQ(attempt("a").outcome, Outcome::kSkipped);
  EXPECT_THAT(attempt("a").reason, HasSubstr("nodes >= 100"));
  EXPECT_EQ(attempt("c").outcome, Outcome::kPassed);
}

TEST_F(DriverTest, RunsTogetherWhatItTakesAndTheRestInIsolation) {
  for (const char* name : {"a", "b", "c"}) add(name, "exit 0");
  add("s", "exit 0").serial = true;
  options.share_processes = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(attempt("a").reason, "");
  EXPECT_EQ(attempt("b").reason, "in batch 1");
  EXPECT_EQ(attempt("c").reason, "in batch 2");
  EXPECT_EQ(attempt("s").outcome, Outcome::kPassed);
}

TEST_F(DriverTest, IsAskedForBatchesOnlyInTheWayThatItKnows) {
  for (const char* name : {"b", "c"}) add(name, "exit 0");
  driver_->together = Together::kConformance;
  options.share_processes = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(attempt("b").reason, "") << "it does not share processes";
}

TEST_F(DriverTest, TheConformanceSetIsABatchThatIncludesWhatIsSerialOrKeptFromRunning) {
  add("b", "exit 0").serial = true;
  add("c", "exit 0").needs = {"nodes >= 100"};
  driver_->together = Together::kConformance;
  options.conformance = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(attempt("b").reason, "in batch 1");
  EXPECT_EQ(attempt("c").reason, "in batch 2");
}

TEST_F(DriverTest, ABatchAfterTheCellIsOverIsNotRun) {
  add("a", "exit 0");
  add("b", "exit 0").labels = {"Fails"};
  add("c", "exit 0");
  options.share_processes = true;
  cell().health = {{cluster::Health::State::kProductBroken, "the API server is gone"}};
  ASSERT_TRUE(run());
  EXPECT_EQ(attempt("b").outcome, Outcome::kFailed);
  for (const char* name : {"a", "c"}) {
    EXPECT_EQ(attempt(name).outcome, Outcome::kNotRun) << name;
    EXPECT_THAT(attempt(name).reason, HasSubstr("the API server is gone"));
  }
}

}  // namespace
}  // namespace graduand::runner
