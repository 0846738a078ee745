// SPDX-License-Identifier: Apache-2.0
// No edit of a perfect history gets a pass that it should not, and each turns exactly the rules that it concerns.
#include "tests/graduation/adversary.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "framework/base/files.h"
#include "tests/paths.h"

namespace graduand::graduation {
namespace {

using test::Operator;
using test::World;

Judgement attacked(const Operator& one) {
  World world;
  world.add_perfect();
  Policy policy = builtin_policy();
  one.apply(world, policy);
  return world.judged(policy);
}

TEST(Adversary, EachOperatorTurnsExactlyTheRulesConcerned) {
  std::string table;
  for (const Operator& one : test::operators()) {
    const std::string found = test::open_text(attacked(one));
    EXPECT_EQ(found, one.expected) << one.id << ": " << one.what;
    table += fmt::format("{}: {}\n    {}\n", one.id, one.what, found);
  }
  std::fputs(table.c_str(), stdout);
  const auto path = std::filesystem::path(testing_support::source_dir()) / "tests" / "golden" / "adversary.txt";
  if (std::getenv("GRADUAND_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomically(path, table));
    return;
  }
  const auto golden = read_file(path);
  ASSERT_TRUE(golden) << path << " is missing; run with GRADUAND_UPDATE_GOLDEN=1 and look at it";
  EXPECT_EQ(table, *golden) << "if the change is meant: GRADUAND_UPDATE_GOLDEN=1";
}

TEST(Adversary, HasAnIdForEachOfAtLeastFiftyOperators) {
  std::set<std::string> ids;
  for (const Operator& one : test::operators()) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
  EXPECT_GE(ids.size(), 50u);
}

TEST(Adversary, OnlyHarmlessEditsKeepAPass) {
  std::set<std::string> harmless;
  for (const Operator& one : test::harmless_operators()) harmless.insert(one.id);
  for (const Operator& one : test::operators())
    EXPECT_EQ(attacked(one).overall == Verdict::kPass, harmless.contains(one.id)) << one.id << ": " << one.what;
}

TEST(Adversary, WeakerThresholdsAreNotTheShippedPolicy) {
  World world;
  world.add_perfect();
  Policy policy = builtin_policy();
  policy.stable.min_scheduled_runs.value = 1;  // its name and its digest stay
  EXPECT_FALSE(world.judged(policy).policy_shipped);
  EXPECT_NE(world.judged(policy).policy_digest, builtin_policy().digest);
  EXPECT_TRUE(world.judged().policy_shipped);
}

}  // namespace
}  // namespace graduand::graduation
