// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/decorators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::runner {
namespace {

using testing::ElementsAre;

// As many specs, each in the container of that letter.
std::vector<results::GinkgoNode> specs(const std::string& containers) {
  std::vector<results::GinkgoNode> all;
  for (const char container : containers) all.emplace_back().outermost = container;
  return all;
}

std::vector<bool> serial(const std::vector<results::GinkgoNode>& specs) {
  std::vector<bool> all;
  for (const auto& spec : specs) all.push_back(spec.serial);
  return all;
}

std::vector<bool> ordered(const std::vector<results::GinkgoNode>& specs) {
  std::vector<bool> all;
  for (const auto& spec : specs) all.push_back(spec.ordered);
  return all;
}

TEST(MarkSerial, WhatIsInNoGroup) {
  auto some = specs("aaa");
  mark_serial(some, {{0}, {2}});
  EXPECT_THAT(serial(some), ElementsAre(false, true, false));
  auto unknown = specs("aa");
  mark_serial(unknown, {});
  EXPECT_THAT(serial(unknown), ElementsAre(false, false));
}

TEST(MarkOrdered, WhatStaysTogetherHoweverItIsShuffled) {
  auto some = specs("aaaa");
  mark_ordered(some, {{}}, {0, 1, 2, 3},
               [](int seed) { return seed % 2 == 0 ? std::vector<int>{2, 3, 1, 0} : std::vector<int>{1, 0, 2, 3}; });
  EXPECT_THAT(ordered(some), ElementsAre(false, false, true, true));
}

TEST(MarkOrdered, NeitherWhatIsInAGroupNorInAnotherContainer) {
  const auto as_it_was = [](int) { return std::vector<int>{0, 1, 2, 3}; };
  auto some = specs("aabb");
  mark_ordered(some, {{0}}, {0, 1, 2, 3}, as_it_was);
  EXPECT_THAT(ordered(some), ElementsAre(false, false, true, true));
  auto unknown = specs("aa");
  mark_ordered(unknown, {}, {0, 1}, as_it_was);
  EXPECT_THAT(ordered(unknown), ElementsAre(false, false));
}

TEST(MarkOrdered, NothingWhenGinkgoDoesNotSay) {
  auto some = specs("aa");
  mark_ordered(some, {{}}, {0, 1}, [](int) { return std::nullopt; });
  EXPECT_THAT(ordered(some), ElementsAre(false, false));
}

}  // namespace
}  // namespace graduand::runner
