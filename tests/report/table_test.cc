// SPDX-License-Identifier: Apache-2.0
#include "framework/report/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/text.h"

namespace graduand::report {
namespace {

TEST(Table, AlignsNumbersRightAndNamesLeft) {
  Table table({{"name", false, true}, {"n", true}});
  table.row({{"long name"}, {"1"}});
  table.row({{"x"}, {"100"}});
  EXPECT_EQ(table.terminal({false, 80}),
            "name         n\n"
            "long name    1\n"
            "x          100\n");
}

TEST(Table, CutsTheWidestNameAndNeverANumber) {
  Table table({{"a", false, true}, {"b", false, true}, {"n", true}});
  table.row({{std::string(40, 'a') + "end"}, {"shorter name"}, {std::string(20, '1')}});
  const std::string text = table.terminal({false, 60});
  EXPECT_THAT(text, testing::HasSubstr(std::string(20, '1')));
  EXPECT_THAT(text, testing::HasSubstr("shorter name"));
  EXPECT_THAT(text, testing::HasSubstr("aend  "));
  for (const std::string& line : split(text, '\n')) EXPECT_LE(display_width(line), 60u);
}

TEST(Table, CountsColumnsNotBytes) {
  Table table({{"n", true}, {"m"}});
  table.row({{"–"}, {"x"}});
  table.row({{"10"}, {"x"}});
  EXPECT_EQ(table.terminal({false, 80}), " n  m\n –  x\n10  x\n");
}

TEST(Table, HeadingsIndentTheirRows) {
  Table table({{"cell"}});
  table.heading("case");
  table.row({{"on"}});
  EXPECT_EQ(table.terminal({false, 80}), "  cell\ncase\n  on\n");
}

TEST(Table, ColourIsNotCountedAsWidth) {
  Table table({{"a"}, {"b"}});
  table.row({{"x", Tone::kBad}, {"y"}});
  EXPECT_THAT(table.terminal({true, 80}), testing::HasSubstr("\x1b[1;31mx\x1b[0m  y\n"));
}

TEST(Table, MarkdownSaysAlignment) {
  Table table({{"a"}, {"n", true}});
  table.row({{"x"}, {"1"}});
  EXPECT_EQ(table.markdown(), "| a | n |\n| --- | ---: |\n| x | 1 |\n");
}

}  // namespace
}  // namespace graduand::report
