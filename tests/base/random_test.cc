// SPDX-License-Identifier: Apache-2.0
#include "framework/base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

namespace graduand {
namespace {

TEST(Random, TheSameSeedGivesTheSameSequence) {
  Random a(42), b(42), c(43);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
  EXPECT_EQ(a.seed(), 42u);
  // Fixed by the standard's definition of mt19937_64, so printed seeds keep their meaning between machines.
  EXPECT_EQ(Random(5489).next(), 14514284786278117030u);
}

TEST(Random, BelowIsInRangeAndEven) {
  Random random(1);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts.at(random.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(random.below(1), 0u);
  for (int i = 0; i < 100; ++i) EXPECT_LT(random.below(0xc000000000000000u), 0xc000000000000000u);
}

TEST(Random, NameSuffixesFitKubernetesNames) {
  EXPECT_THAT(Random(7).name_suffix(40), ::testing::MatchesRegex("[a-z0-9]+"));
  EXPECT_EQ(Random(7).name_suffix(5).size(), 5u);
  EXPECT_EQ(Random(7).name_suffix(5), Random(7).name_suffix(5));
}

TEST(DeriveSeed, DependsOnAllOfItsInputsOnly) {
  std::set<std::uint64_t> seeds;
  for (const std::uint64_t run : {0u, 1u})
    for (const char* id : {"", "a", "b", "ab"})
      for (const int number : {0, 1, 2}) seeds.insert(derive_seed(run, id, number));
  EXPECT_EQ(seeds.size(), 24u);
  EXPECT_EQ(derive_seed(1, "a", 2), derive_seed(1, "a", 2));
}

TEST(NewRunId, SortsByTimeAndDiffers) {
  const std::string id = new_run_id();
  EXPECT_EQ(id.size(), 24u);
  EXPECT_EQ(id[8], 't');
  EXPECT_EQ(id[15], '-');
  EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos);
  EXPECT_NE(new_run_id(), id);
  EXPECT_NE(random_seed(), random_seed());
}

}  // namespace
}  // namespace graduand
