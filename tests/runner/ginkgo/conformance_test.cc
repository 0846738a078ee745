// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/conformance.h"

#include <gmock/gmock.h>

#include <fstream>

#include "framework/base/json.h"
#include "framework/runner/ginkgo/driver.h"
#include "tests/runner/virtual_cell.h"

namespace graduand::runner {
namespace {

using results::Outcome;

// One child on a clock that jumps: it takes so long, and leaves Ginkgo's report of specs that passed.
class LongChild final : public ChildPool {
 public:
  LongChild(FakeClock& clock, milliseconds takes, std::vector<catalogue::CaseInfo> specs)
      : clock_(clock), takes_(takes), specs_(std::move(specs)) {}
  Result<Id> start(ProcessSpec spec) override {
    spec_ = std::move(spec);
    started_ = clock_.steady_now();
    return 1;
  }
  std::optional<Finished> wait_next(milliseconds limit, const CancelToken&, int) override {
    if (running() == 0) return std::nullopt;
    const auto left = std::chrono::ceil<milliseconds>(*started_ + takes_ - clock_.steady_now());
    clock_.advance(std::min(limit, left));
    if (left > limit) return std::nullopt;
    started_.reset();
    if (!cancelled_) write_report();
    ProcessResult result{.exit_code = 0};
    result.cancelled = cancelled_;
    return Finished{1, result};
  }
  void terminate_all() override { cancelled_ = true; }
  void terminate(Id, bool) override { cancelled_ = true; }
  std::size_t running() const override { return started_ ? 1 : 0; }

 private:
  void write_report() const {
    json::array nodes;
    for (const catalogue::CaseInfo& info : specs_)
      nodes.push_back({{"LeafNodeType", "It"},
                       {"LeafNodeText", info.name},
                       {"LeafNodeLocation", {{"FileName", info.file}, {"LineNumber", info.line}}},
                       {"State", "passed"},
                       {"NumAttempts", 1},
                       {"RunTime", 1000000000}});
    std::ofstream(spec_.working_directory / "report.json") << json::serialize(
        json::array{json::object{{"SuitePath", "."}, {"SuiteSucceeded", true}, {"SpecReports", nodes}}});
  }
  FakeClock& clock_;
  milliseconds takes_;
  std::vector<catalogue::CaseInfo> specs_;
  ProcessSpec spec_;
  std::optional<SteadyTime> started_;
  bool cancelled_ = false;
};

class GinkgoConformanceTest : public VirtualCell {};

// Upstream's whole set on a slow cluster takes more than a day; nobody interrupted it.
TEST_F(GinkgoConformanceTest, ASetThatTakesTwoDaysIsNotTakenForAnInterruption) {
  for (const char* name : {"a", "b"}) {
    auto& info = add_case(name);
    info.labels = {kConformance};
    info.file = "pods.go";
    info.line = 7;
  }
  suites.at(0).driver = std::make_shared<GinkgoDriver>(GinkgoProgram{.binary = "/e2e.test"});
  options.conformance = true;
  make_pool = [this] { return std::make_unique<LongChild>(clock, std::chrono::hours(48), suites.at(0).cases); };
  ASSERT_TRUE(run());
  ASSERT_EQ(sink.attempts().size(), 2u);
  for (const auto& attempt : sink.attempts()) EXPECT_EQ(attempt.outcome, Outcome::kPassed) << attempt.reason;
  EXPECT_FALSE(recorder->interrupted());
}

}  // namespace
}  // namespace graduand::runner
