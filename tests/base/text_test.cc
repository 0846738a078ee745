// SPDX-License-Identifier: Apache-2.0
#include "framework/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand {
namespace {

using ::testing::ElementsAre;

TEST(Text, JoinsSplitsAndTrims) {
  EXPECT_EQ(join({}, ","), "");
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(to_lower("AbZ[é"), "abz[é");
  EXPECT_TRUE(starts_with("abc", "ab"));
  EXPECT_FALSE(starts_with("a", "ab"));
}

RC_GTEST_PROP(Text, SplitAndJoinAreInverse, (const std::string& text)) {
  RC_ASSERT(join(split(text, 'a'), "a") == text);
}

TEST(DidYouMean, FindsTheNearest) {
  const std::vector<std::string> keys = {"workers", "name", "version", "PodLifecycleSleepAction"};
  EXPECT_EQ(did_you_mean("wrokers", keys), "workers");
  EXPECT_EQ(did_you_mean("Name", keys), "name");
  EXPECT_EQ(did_you_mean("PodLifecycleSleepActoin", keys), "PodLifecycleSleepAction");
  EXPECT_EQ(did_you_mean("colour", keys), "");
  EXPECT_EQ(did_you_mean("", keys), "");
  EXPECT_EQ(did_you_mean("x", {"y"}), "");
  EXPECT_EQ(did_you_mean(std::string(1'000'000, 'x'), keys), "");
  EXPECT_EQ(did_you_mean_hint("nam", keys), "did you mean 'name'?");
  EXPECT_EQ(did_you_mean_hint("colour", keys), "");
}

TEST(Printable, RemovesWhatATerminalWouldObey) {
  EXPECT_EQ(printable("a\tb\nc\r\a\0d"), "a\tb\nc");  // the literal ends at its NUL
  EXPECT_EQ(printable("\x1b[31mred\x1b[0m"), "red");
  EXPECT_EQ(printable("\x1b]0;title\atext"), "text");
  EXPECT_EQ(printable("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"), "link");
  EXPECT_EQ(printable("\x1b(Bx\x1b"
                      "7y"),
            "xy");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31mred\x7f"),
            "31mred");
  EXPECT_EQ(printable("grüße…"), "grüße…");
  EXPECT_EQ(printable("\x1b[1"), "");
  EXPECT_EQ(printable("\x1b]never ended\nnext"), "\nnext");
  EXPECT_EQ(printable("\x1b"), "");
}

RC_GTEST_PROP(Printable, LeavesNoControls, (const std::string& text)) {
  for (const char c : printable(text)) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
}

TEST(Shorten, CutsBetweenCharacters) {
  EXPECT_EQ(shorten("short", 5), "short");
  EXPECT_EQ(shorten("0123456789abc", 12), "012345 […]");
  EXPECT_EQ(shorten("ääääääääää", 13), "äää […]");
  EXPECT_EQ(shorten("äää", 3), "ä");
  EXPECT_EQ(shorten("abc", 0), "");
}

TEST(Base64, FollowsRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(base64_encode(plain), coded);
    std::string back = "stale";
    EXPECT_TRUE(base64_decode(coded, back));
    EXPECT_EQ(back, plain);
  }
  std::string out;
  EXPECT_TRUE(base64_decode("Zm9v\nYmFy\n", out));
  EXPECT_EQ(out, "foobar");
  for (const char* bad : {"Z", "Zm9", "Zg=", "=AAA", "Z===", "====", "Zg==Zg==", "Zm9v!", "Zm-_", "AA==="})
    EXPECT_FALSE(base64_decode(bad, out)) << bad;
}

RC_GTEST_PROP(Base64, RoundTrips, (const std::vector<char>& raw)) {
  const std::string bytes(raw.begin(), raw.end());
  std::string back;
  RC_ASSERT(base64_decode(base64_encode(bytes), back));
  RC_ASSERT(back == bytes);
}

}  // namespace
}  // namespace graduand
