// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/registry.h"

#include <gtest/gtest.h>

#include "framework/e2e/phased_case.h"

namespace graduand::e2e {
namespace {

RegisteredCase named(std::string identifier, std::vector<std::string> needs = {}) {
  RegisteredCase registered;
  registered.identifier = std::move(identifier);
  registered.options.name = "a case";
  registered.options.needs = std::move(needs);
  registered.file = "suites/x/y.cc";
  registered.line = 7;
  return registered;
}

TEST(Registry, AnIdIsTheIdentifierWithDashes) {
  EXPECT_EQ(case_id("suite", "one_two"), "suite/one-two");
}

TEST(Registry, RefusesAnEmptySuite) {
  EXPECT_FALSE(check_registry({}));
}

TEST(Registry, RefusesTheSameIdTwice) {
  EXPECT_TRUE(check_registry({named("a_b"), named("a_c")}));
  const auto twice = check_registry({named("a_b"), named("a_b")});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().where, "suites/x/y.cc:7");
}

TEST(Registry, RefusesANeedThatDoesNotParse) {
  EXPECT_TRUE(check_registry({named("a", {"node access"})}));
  const auto bad = check_registry({named("a", {"gate X sometimes"})});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(bad.error().where, "suites/x/y.cc:7");
}

TEST(Registry, AStepUsesOnlyStepsAboveIt) {
  using When = catalogue::StepBinding::When;
  const auto step = [](const std::string& identifier, When when, std::vector<std::string> uses) {
    auto registered = named("x/" + identifier);
    registered.step = {"x", when, "", std::move(uses)};
    return registered;
  };
  EXPECT_TRUE(check_registry({step("a", When::kAfter, {}), step("b", When::kAfter, {"x/a"})}));
  EXPECT_FALSE(check_registry({step("b", When::kAfter, {"x/a"}), step("a", When::kAfter, {})}));
  EXPECT_FALSE(check_registry({step("b", When::kAfter, {"x/b"})}));
  const auto throughout = check_registry({step("a", When::kThroughout, {}), step("b", When::kAfter, {"x/a"})});
  ASSERT_FALSE(throughout);
  EXPECT_NE(throughout.error().hint.find("goes throughout"), std::string::npos);
}

TEST(Registry, AStepHasWhatItsCaseHas) {
  const PhasedCaseOptions phased{.name = "case", .features = {"F"}, .needs = {"node access"}};
  register_step("a_case", "a_step", phased, bindings::after("off"),
                {.name = "step", .needs = {"nodes >= 2"}, .uses = {"another_one"}}, __FILE__, __LINE__, nullptr);
  const auto info = case_info("suite", registered_cases().back());
  EXPECT_EQ(info.id, "suite/a-case/a-step");
  EXPECT_EQ(info.name, "case: step");
  EXPECT_EQ(info.features, std::vector<std::string>{"F"});
  EXPECT_EQ(info.needs, (std::vector<std::string>{"node access", "nodes >= 2"}));
  EXPECT_EQ(info.step.phased_case, "suite/a-case");
  EXPECT_EQ(info.step.after, "off");
  EXPECT_EQ(info.step.uses, std::vector<std::string>{"suite/a-case/another-one"});
  EXPECT_EQ(info.time_limit, seconds(120));
}

TEST(Registry, PathsDoNotNameTheMachine) {
  EXPECT_EQ(relative_to_sources(__FILE__), "tests/e2e/registry_test.cc");
  EXPECT_EQ(relative_to_sources("/elsewhere/y.cc"), "/elsewhere/y.cc");
}

}  // namespace
}  // namespace graduand::e2e
