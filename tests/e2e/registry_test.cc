// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/registry.h"

#include <gtest/gtest.h>

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

TEST(Registry, PathsDoNotNameTheMachine) {
  EXPECT_EQ(relative_to_sources(__FILE__), "tests/e2e/registry_test.cc");
  EXPECT_EQ(relative_to_sources("/elsewhere/y.cc"), "/elsewhere/y.cc");
}

}  // namespace
}  // namespace graduand::e2e
