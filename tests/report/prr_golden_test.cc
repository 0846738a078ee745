// SPDX-License-Identifier: Apache-2.0
// What a KEP author pastes, whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "framework/report/prr.h"
#include "tests/graduation/prr/world.h"
#include "tests/report/golden.h"

namespace graduand::report::prr {
namespace {

namespace test = graduation::prr::test;
using graduation::prr::Document;
using results::Outcome;
using testing::HasSubstr;
using testing::Not;

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

TEST(PrrRendering, ForeignTextIsEscapedAndLinksPointBelowTheRunDirectory) {
  test::World world;
  world.run("r", "2026-11-20T10:00:00Z").argv = {"graduand", "run", "--job", "it's <b>|`x`"};
  world.cluster("a|b", "<i>", {1, 33, 13}, true);
  world.attempt("case_<script>|x", Outcome::kFailed).failures = {{"f.cc", 1, "```\n</details>", true}};
  world.transition(test::set_gate("off|<u>", false)).took = seconds(7);
  world.attempt("case_<script>|x", Outcome::kFailed).failures = {{"f.cc", 1, "```\n</details>", true}};
  world.input.folders["r"] = "runs/of today";
  const std::string text = markdown(world.document());
  for (const char* raw : {"<u>", "\n</details>\n\n</details>"}) EXPECT_THAT(text, Not(HasSubstr(raw)));
  EXPECT_THAT(text, HasSubstr("off\\|&lt;u&gt;"));
  EXPECT_THAT(text, HasSubstr("](runs/of%20today/attempts/"));
  EXPECT_THAT(text, HasSubstr("````text\n```\n</details>\n````"));
  EXPECT_THAT(text, HasSubstr("'it'\\''s <b>\\|"));  // inside code, which Markdown leaves alone
}

TEST(PrrRendering, JsonHasWhatMarkdownCutsOff) {
  test::World world;
  for (int i = 10; i < 40; ++i) world.gate_cycle("run" + std::to_string(i), "2026-11-20T10:00:00Z");
  EXPECT_THAT(markdown(world.document()), HasSubstr("… and 10 older ones (--json has all)"));
  const json::value value = to_json(world.document());
  EXPECT_EQ(value.at("runs").as_array().size(), 30u);
  EXPECT_EQ(value.at("answers").at(2).at("paths").at(0).at("phases").at(1).at("attempts").at("ran"), 60);
}

TEST(PrrRendering, TheSameInputsGiveTheSameBytes) {
  EXPECT_EQ(markdown(test::complete().document()), markdown(test::complete().document()));
  // The order of records of a selection that has none by time does not matter either.
  test::World world = test::complete();
  std::reverse(world.records().instances.begin(), world.records().instances.end());
  EXPECT_EQ(markdown(world.document()), markdown(test::complete().document()));
}

TEST(PrrRendering, EachAnswerSaysItsWindowAndItsNewestDate) {
  const Document document = test::complete().document();
  EXPECT_THAT(markdown(document),
              HasSubstr("Window: 2026-10-24 12:00 to 2026-11-23 12:00; newest evidence: 2026-11-2"));
  const json::value json = to_json(document);
  for (const auto& answer : json.at("answers").as_array()) {
    EXPECT_EQ(answer.at("window_start"), "2026-10-24T12:00:00Z");
    EXPECT_FALSE(answer.at("newest").is_null());
  }
  const std::string none = markdown(test::World().document());
  EXPECT_THAT(none, HasSubstr("newest evidence: none."));
}

}  // namespace
}  // namespace graduand::report::prr
