// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::runner {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

results::GinkgoNode spec(const std::string& name, bool ordered, const std::string& outermost = "a") {
  results::GinkgoNode node;
  node.name = name;
  node.ordered = ordered;
  node.outermost = outermost;
  return node;
}

TEST(GinkgoUnits, AreTheGroupsOfMoreThanOneSpec) {
  const std::vector<results::GinkgoNode> specs = {spec("0", true), spec("1", true), spec("2", true), spec("3", true),
                                                  spec("4", false)};
  EXPECT_THAT(find_ginkgo_units(specs, {1, 0, 4, 3, 2}, {{1, 0}, {3, 2}, {4}}),
              UnorderedElementsAre(ElementsAre(1, 0), ElementsAre(3, 2)))
      << "in the order in which they run";
}

TEST(GinkgoUnits, WithoutGroupsNeighboursInOneContainerAreTogether) {
  const std::vector<results::GinkgoNode> specs = {spec("0", true),      spec("1", true), spec("2", false),
                                                  spec("3", true, "b"), spec("4", true), spec("5", true, "b")};
  EXPECT_THAT(find_ginkgo_units(specs, {0, 1, 2, 3, 5, 4}, {}),
              UnorderedElementsAre(ElementsAre(0, 1), ElementsAre(3, 5)));
  EXPECT_THAT(find_ginkgo_units(specs, {0, 1, 2, 3, 5, 4}, {{0}, {1}, {2}}), ElementsAre(ElementsAre(3, 5)))
      << "what is in a group is known";
}

TEST(GinkgoUnits, SpecsOfOneNameAtOnePlaceAreTogether) {
  std::vector<results::GinkgoNode> specs = {spec("same", false), spec("same", false), spec("same", false)};
  EXPECT_THAT(find_ginkgo_units(specs, {0, 1, 2}, {}), ElementsAre(ElementsAre(0, 1, 2)));
  specs[1].line = 7;
  EXPECT_THAT(find_ginkgo_units(specs, {0, 1, 2}, {}), ElementsAre(ElementsAre(0, 2)));
  specs[2].file = "x.go";
  EXPECT_THAT(find_ginkgo_units(specs, {0, 1, 2}, {}), IsEmpty());
}

}  // namespace
}  // namespace graduand::runner
