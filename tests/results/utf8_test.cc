// SPDX-License-Identifier: Apache-2.0
#include "framework/results/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand::results {
namespace {

using namespace std::string_literals;

TEST(ValidUtf8, LeavesGoodTextAlone) {
  for (const char* text : {"", "plain", "\u00e4\u20ac\U0001F600", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"})
    EXPECT_EQ(valid_utf8(text), text);
}

// Table 3-8 and its neighbours in the Unicode standard: one mark for each maximal ill-formed part.
TEST(ValidUtf8, ReplacesEachIllFormedPart) {
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a\uFFFDb");
  EXPECT_EQ(valid_utf8("\xc0\xaf"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(valid_utf8("\xe0\x80\xaf"), "\uFFFD\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");            // a surrogate
  EXPECT_EQ(valid_utf8("\xf4\x91\x92\x93"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond U+10FFFF
  EXPECT_EQ(valid_utf8("\xe2\x82"), "\uFFFD");                            // cut off
  EXPECT_EQ(valid_utf8("\xf0\x9f\x98"
                       "a"),
            "\uFFFDa");
  EXPECT_EQ(valid_utf8("\x80\xe2\x82\xac"), "\uFFFD\u20ac");
}

TEST(XmlText, DropsWhatXmlCannotCarry) {
  EXPECT_EQ(xml_text("a\0b\x1b[1m\tc\r\n\x7f"s), "ab[1m\tc\r\n\x7f");
  EXPECT_EQ(xml_text("\xef\xbf\xbe\xef\xbf\xbf!"), "!");
  EXPECT_EQ(xml_text("\xff"), "\uFFFD");
}

RC_GTEST_PROP(Utf8Property, TheResultIsValidAndStable, (const std::string& bytes)) {
  const std::string once = valid_utf8(bytes);
  RC_ASSERT(valid_utf8(once) == once);
  RC_ASSERT(parse_json(json::serialize(json::value(once))).has_value());
}

}  // namespace
}  // namespace graduand::results
