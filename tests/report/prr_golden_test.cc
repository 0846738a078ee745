// SPDX-License-Identifier: Apache-2.0
// What a KEP author pastes, whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "framework/report/prr.h"
#include "tests/graduation/prr/world.h"
#include "tests/report/golden.h"

namespace graduand::report {
namespace {

using graduation::prr::test::complete;
using graduation::prr::test::set_gate;
using graduation::prr::test::World;
using results::Outcome;
using testing::HasSubstr;
using testing::Not;

TEST(PrrGolden, ACompleteHistory) {
  const auto document = graduation::prr::test::complete().document();
  expect_golden("prr-complete.md", prr_markdown(document));
  expect_golden("prr-complete.json", pretty_json(prr_json(document)));
}

TEST(PrrGolden, AFailedTransition) {
  expect_golden("prr-failed.md", prr_markdown(graduation::prr::test::failing().document()));
}

TEST(PrrGolden, NoEvidence) {
  expect_golden("prr-none.md", prr_markdown(graduation::prr::test::World().document()));
}

TEST(Prr, TheSameInputsGiveTheSameBytes) {
  World world = complete();
  EXPECT_EQ(prr_markdown(world.document()), prr_markdown(complete().document()));
  // The order of records of a selection that has none by time does not matter either.
  std::reverse(world.evidence().instances.begin(), world.evidence().instances.end());
  EXPECT_EQ(prr_markdown(world.document()), prr_markdown(complete().document()));
}

TEST(Prr, ForeignTextIsEscapedAndLinksPointBelowTheRunDirectory) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z").argv = {"graduand", "run", "--job", "it's <b>|`x`"};
  world.cluster("a|b", "<i>", {1, 33, 13}, true);
  world.attempt("case_<script>|x", Outcome::kFailed).failures = {{"f.cc", 1, "```\n</details>", true}};
  world.transition(set_gate("off|<u>", false)).took = seconds(7);
  world.attempt("case_<script>|x", Outcome::kFailed).failures = {{"f.cc", 1, "```\n</details>", true}};
  world.input.folders["r"] = "runs/of today";
  const std::string text = prr_markdown(world.document());
  for (const char* raw : {"<u>", "\n</details>\n\n</details>"}) EXPECT_THAT(text, Not(HasSubstr(raw)));
  EXPECT_THAT(text, HasSubstr("off\\|&lt;u&gt;"));
  EXPECT_THAT(text, HasSubstr("](runs/of%20today/attempts/"));
  EXPECT_THAT(text, HasSubstr("````text\n```\n</details>\n````"));
  EXPECT_THAT(text, HasSubstr("'it'\\''s <b>\\|"));  // inside code, which Markdown leaves alone
}

TEST(Prr, JsonHasWhatMarkdownCutsOff) {
  World world;
  for (int i = 10; i < 40; ++i) world.gate_cycle("run" + std::to_string(i), "2026-11-20T10:00:00Z");
  EXPECT_THAT(prr_markdown(world.document()), HasSubstr("… and 10 older ones (--json has all)"));
  const json::value value = prr_json(world.document());
  EXPECT_EQ(value.at("runs").as_array().size(), 30u);
  EXPECT_EQ(value.at("answers").at(2).at("paths").at(0).at("phases").at(1).at("attempts").at("ran"), 60);
}

}  // namespace
}  // namespace graduand::report
