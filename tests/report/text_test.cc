// SPDX-License-Identifier: Apache-2.0
#include "framework/report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

namespace graduand::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RateText, ShowsCountsRateAndInterval) {
  EXPECT_EQ(rate_text(0, 14), "0/14  0.0 % [0.0, 23.2]");
  EXPECT_EQ(rate_text(3, 200), "3/200  1.5 % [0.3, 4.3]");
  EXPECT_EQ(rate_text(14, 14), "14/14  100.0 % [76.8, 100.0]");
}

TEST(RateText, NothingRunIsNoRate) {
  EXPECT_EQ(rate_text(0, 0), "–");
}

TEST(Cut, KeepsTheEnd) {
  EXPECT_EQ(cut("sleep-v1.33/on", 14), "sleep-v1.33/on");
  EXPECT_EQ(cut("sleep-v1.33/on", 8), "…1.33/on");
  EXPECT_EQ(cut("ää/öö", 4), "…/öö");
  EXPECT_EQ(cut("abc", 0), "");
}

TEST(Wrap, BreaksAtSpacesAndHangs) {
  EXPECT_EQ(wrap("one two three", 9, 2), "one two\n  three");
  EXPECT_EQ(wrap("a verylongword b", 6, 0), "a\nverylongword\nb");
  EXPECT_EQ(wrap("line\nbreaks\tgo", 40, 0), "line breaks go");
  EXPECT_EQ(wrap("about 20.0 %, or", 12, 0), "about\n20.0 %, or");
}

TEST(Wrap, ForeignTextCannotSteerTheTerminal) {
  EXPECT_THAT(wrap("a\x1b[2Jb", 40, 0), Not(HasSubstr("\x1b")));
}

RC_GTEST_PROP(WrapProperty, KeepsWordsAndWidth, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z'))));
  std::string text;
  std::size_t longest = 0;
  for (const auto& word : words) {
    text += word + " ";
    longest = std::max(longest, word.size());
  }
  const std::string wrapped = wrap(text, 20, 3);
  std::istringstream stream(wrapped);
  std::string word;
  std::vector<std::string> seen;
  while (stream >> word) seen.push_back(word);
  RC_ASSERT(seen == words);
  std::istringstream lines(wrapped);
  for (std::string line; std::getline(lines, line);) RC_ASSERT(line.size() <= std::max<std::size_t>(20, longest + 3));
}

TEST(Paint, OnlyWithColour) {
  EXPECT_EQ(paint("pass", Tone::kGood, {false, 80}), "pass");
  EXPECT_EQ(paint("pass", Tone::kGood, {true, 80}), "\x1b[32mpass\x1b[0m");
  EXPECT_EQ(paint("pass", Tone::kPlain, {true, 80}), "pass");
}

TEST(Markdown, NothingOfAForeignTextIsMarkup) {
  EXPECT_EQ(markdown_text("a|b `c` <b>&amp; *x* _y_ [l](u)\n# h"),
            "a\\|b \\`c\\` &lt;b&gt;&amp;amp; \\*x\\* \\_y\\_ \\[l\\](u) # h");
  EXPECT_EQ(markdown_code("a|b"), "`a\\|b`");
  EXPECT_EQ(markdown_code("`a"), "`` `a ``");
}

TEST(Markdown, AFenceIsLongerThanWhatItHolds) {
  EXPECT_EQ(markdown_fence("x"), "```text\nx\n```\n");
  EXPECT_EQ(markdown_fence("````\n</details>"), "`````text\n````\n</details>\n`````\n");
}

TEST(ShortTime, IsToTheMinute) {
  EXPECT_EQ(short_time(parse_rfc3339("2026-11-21T04:10:59Z").value()), "2026-11-21 04:10");
}

}  // namespace
}  // namespace graduand::report
