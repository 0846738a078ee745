// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/runner/ginkgo/driver.h"
#include "framework/runner/ginkgo/focus.h"

namespace graduand::runner {
namespace {

using testing::Contains;

class GinkgoProcess : public testing::Test {
 protected:
  GinkgoProcess() {
    suite_.driver =
        std::make_shared<GinkgoDriver>(GinkgoProgram{.binary = "/opt/e2e.test", .description = "Kubernetes e2e suite"});
    suite_.file.ginkgo.flags = {"--provider=skeleton", "--kubeconfig={kubeconfig}", "--x={artifacts}/{context}"};
    suite_.cases.resize(2);
    suite_.cases[0].name = "a (b) [c] [Beta]";
    suite_.cases[0].file = "k8s.io/x/pods.go";
    suite_.cases[0].line = 42;
    suite_.cases[1].name = "another";
    suite_.cases[1].file = "/ci/c++/a:b.go";
    suite_.cases[1].line = 7;
    suite_.cases[1].time_limit = std::chrono::hours(3);
  }
  ProcessSpec process(const std::vector<std::size_t>& specs) {
    std::vector<SelectedCase> unit;
    for (const std::size_t at : specs) unit.push_back({&suite_, &suite_.cases[at]});
    const AttemptFiles files(dir_.path(), "p/c", {"id", "p/c", "e2e", "e2e/a", 1, 1});
    return ginkgo_process(files, unit, {"/kube/config", "kind-a", "/art"});
  }
  LoadedSuite suite_;
  TempDir dir_ = TempDir::create("ginkgo").value();
};

TEST_F(GinkgoProcess, FocusesOnTheWholeNameAtItsPlace) {
  const ProcessSpec made = process({0});
  EXPECT_EQ(made.argv[0], "/opt/e2e.test");
  EXPECT_THAT(made.argv, Contains(R"(--ginkgo.focus=^Kubernetes\ e2e\ suite\ a\ \(b\)\ \[c\]\ \[Beta\]$)"));
  EXPECT_THAT(made.argv, Contains(R"(--ginkgo.focus-file=^k8s\.io\/x\/pods\.go$:42)"));
  EXPECT_THAT(made.argv, Contains("--kubeconfig=/kube/config"));
  EXPECT_THAT(made.argv, Contains("--x=/art/kind-a"));
  EXPECT_FALSE(made.on_record_line);
}

TEST_F(GinkgoProcess, ChoosesAllSpecsOfAUnit) {
  const ProcessSpec made = process({0, 1});
  EXPECT_THAT(made.argv, Contains(R"(--ginkgo.focus=^Kubernetes\ e2e\ suite\ another$)"));
  EXPECT_THAT(made.argv, Contains(R"(--ginkgo.focus-file=^\/ci\/c\+\+\/a\x3ab\.go$:7)"));
  EXPECT_EQ(made.time_limit, suite_.cases[0].time_limit + std::chrono::hours(3));
}

// Ginkgo ends a suite after an hour, when it is not told otherwise.
TEST_F(GinkgoProcess, GinkgosOwnLimitLiesBeyondOurs) {
  for (const std::size_t at : {0u, 1u}) {
    const ProcessSpec made = process({at});
    std::optional<milliseconds> told;
    for (const std::string& argument : made.argv)
      if (starts_with(argument, "--ginkgo.timeout=")) told = parse_duration(argument.substr(17)).value();
    ASSERT_TRUE(told);
    EXPECT_GT(*told, made.time_limit + made.kill_grace);
  }
}

// As Ginkgo reads it: split at the colons, the first part an expression, the second a line.
TEST(GinkgoFocusFile, FitsTheFileAndNoOther) {
  for (const std::string file : {"k8s.io/x/pods.go", "/ci/c++/(a|b) [c]{2}/^x.y$/q?*\\z/C:/d,e.go", "žluť/東京.go"}) {
    const auto parts = split(ginkgo_focus_file(file, 12).substr(std::string("--ginkgo.focus-file=").size()), ':');
    ASSERT_EQ(parts.size(), 2u) << file;
    EXPECT_EQ(parts[1], "12");
    const re2::RE2 expression(parts[0]);
    ASSERT_TRUE(expression.ok()) << parts[0];
    EXPECT_TRUE(re2::RE2::PartialMatch(file, expression)) << parts[0];
    EXPECT_FALSE(re2::RE2::PartialMatch("/other/" + file, expression));
    EXPECT_FALSE(re2::RE2::PartialMatch(file + "x", expression));
  }
}

}  // namespace
}  // namespace graduand::runner
