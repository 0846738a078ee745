// SPDX-License-Identifier: Apache-2.0
// What a KEP author pastes, whole.
#include <gtest/gtest.h>

#include "tests/report/golden.h"
#include "tests/report/prr_world.h"

namespace graduand::report::prr {
namespace {

TEST(PrrGolden, ACompleteHistory) {
  const Document document = test::complete().document();
  expect_golden("prr-complete.md", markdown(document));
  expect_golden("prr-complete.json", pretty_json(to_json(document)));
}

TEST(PrrGolden, AFailedTransition) {
  expect_golden("prr-failed.md", markdown(test::failing().document()));
}

TEST(PrrGolden, NoEvidence) {
  expect_golden("prr-none.md", markdown(test::World().document()));
}

}  // namespace
}  // namespace graduand::report::prr
