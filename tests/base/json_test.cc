// SPDX-License-Identifier: Apache-2.0
#include "framework/base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace graduand {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Error error_of(std::string_view text, const JsonLimits& limits = {}) {
  const auto value = parse_json(text, "f.json", limits);
  EXPECT_FALSE(value) << text.substr(0, 100);
  return value ? Error{} : value.error();
}

TEST(ParseJson, SaysWhereTheTextIsWrong) {
  EXPECT_EQ(error_of("{\n  \"a\": 1,\n  oops\n}").where, "f.json:3:3");
  EXPECT_EQ(error_of("{\"a\": 1").where, "f.json:1:8");
  EXPECT_EQ(error_of("").where, "f.json:1:1");
  EXPECT_EQ(error_of("1 2").where, "f.json:1:3");
  EXPECT_EQ(error_of("1 2").kind, ErrorKind::kUsage);
  EXPECT_EQ(error_of("{\"a\":1}\n{\"b\":1}").where, "f.json:2:1");
}

TEST(ParseJson, KeepsToItsLimits) {
  EXPECT_THAT(error_of(std::string(1'000'000, '[')).message, HasSubstr("nested deeper than 128 levels"));
  EXPECT_THAT(error_of("[1,2,3]", {.max_bytes = 3}).message, HasSubstr("more than the 3 allowed"));
  EXPECT_TRUE(parse_json(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(parse_json("\"\xff\""));
}

RC_GTEST_PROP(ParseJson, GarbageIsAnErrorNeverACrash, ()) {
  const auto text =
      *rc::gen::container<std::string>(rc::gen::elementOf(std::string("[]{}:,\"\\u0019e.-+ \ntruefalsn\x80")));
  const auto value = parse_json(text);
  if (!value) RC_ASSERT(value.error().kind == ErrorKind::kUsage);
}

TEST(Serialising, PrettyKeepsTheOrderAndCanonicalSorts) {
  const auto value = parse_json(R"({"b":[1,{"z":null,"a":1.0}],"a":"x\n","e":{},"l":[]})");
  ASSERT_TRUE(value);
  EXPECT_EQ(pretty_json(*value),
            "{\n  \"b\": [\n    1,\n    {\n      \"z\": null,\n      \"a\": 1.0\n    }\n  ],\n"
            "  \"a\": \"x\\n\",\n  \"e\": {},\n  \"l\": []\n}\n");
  EXPECT_EQ(canonical_json(*value), R"({"a":"x\n","b":[1,{"a":1.0,"z":null}],"e":{},"l":[]})");
}

RC_GTEST_PROP(Serialising, NumbersReadBackAsTheyWere, (double number, std::int64_t integer)) {
  const json::value value = {{"d", number}, {"i", integer}};
  const auto back = parse_json(canonical_json(value));
  RC_ASSERT(back.has_value());
  RC_ASSERT(back->at("d").is_double());
  // Boost.JSON 1.81 reads some decimals one unit in the last place off.
  RC_ASSERT(std::abs(back->at("d").get_double() - number) <= 4e-16 * std::abs(number));
  RC_ASSERT(back->at("i").get_int64() == integer);
}

TEST(Serialising, NotANumberBecomesNull) {
  EXPECT_EQ(canonical_json(json::value(std::numeric_limits<double>::infinity())), "null");
}

TEST(Lookups, ReturnDefaultsForAnythingElse) {
  const auto pod =
      parse_json(R"({"status":{"phase":"Running","n":3,"f":2.5,"ready":true,"items":["a",1,"b"],"o":{"k":1}}})");
  ASSERT_TRUE(pod);
  EXPECT_EQ(string_at(*pod, "status.phase"), "Running");
  EXPECT_EQ(string_at(*pod, "status.n", "none"), "none");
  EXPECT_EQ(string_at(*pod, "status.phase.deeper", "none"), "none");
  EXPECT_EQ(int_at(*pod, "status.n"), 3);
  EXPECT_EQ(int_at(*pod, "status.f", -1), -1);
  EXPECT_EQ(double_at(*pod, "status.n"), 3.0);
  EXPECT_TRUE(bool_at(*pod, "status.ready"));
  EXPECT_TRUE(bool_at(*pod, "status.absent", true));
  EXPECT_EQ(array_at(*pod, "status.items").size(), 3u);
  EXPECT_TRUE(array_at(*pod, "status.phase").empty());
  EXPECT_EQ(object_at(*pod, "status.o").size(), 1u);
  EXPECT_TRUE(object_at(*pod, "nothing").empty());
  EXPECT_EQ(value_at(*pod, "a.b"), nullptr);
  EXPECT_THAT(strings_of(*value_at(*pod, "status.items")), ElementsAre("a", "b"));
  const json::value* second = find_path(*pod, {"status", "items", std::size_t{1}});
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(*second, 1);
  EXPECT_EQ(find_path(*pod, {"status", "items", std::size_t{9}}), nullptr);
  EXPECT_EQ(json::serialize(to_json({"x", "y"})), R"(["x","y"])");
}

}  // namespace
}  // namespace graduand
