// SPDX-License-Identifier: Apache-2.0
#include "framework/base/yaml/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "framework/base/files.h"

namespace graduand {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Error error_of(std::string_view text, const YamlLimits& limits = {}) {
  auto document = YamlDocument::parse(text, "p.yaml", limits);
  EXPECT_FALSE(document) << text.substr(0, 200);
  return document ? Error{} : document.error();
}

YamlDocument good(std::string_view text) {
  auto document = YamlDocument::parse(text, "p.yaml");
  EXPECT_TRUE(document) << to_string(document.error());
  return document.value_or(YamlDocument{});
}

Status read(std::string_view text, const std::function<void(YamlReader&)>& reads) {
  const YamlDocument document = good(text);
  YamlReader reader(document, document.root(), "the profile");
  reads(reader);
  return reader.finish();
}

TEST(YamlDocument, RefusesWhatTheParserWouldAccept) {
  struct Case {
    const char* text;
    const char* where;
    const char* message;
  };
  const Case cases[] = {
      {"a: 1\nb: 2\na: 3\n", "p.yaml:3:1", "'a' appears twice"},
      {"x:\n  a: 1\n  \"a\": 3\n", "p.yaml:3:3", "'a' appears twice"},
      {"a: 1\n---\nb: 2\n", "p.yaml:2:1", "second document"},
      {"a: &x [1, *x]\n", "p.yaml:1:11", "cycle"},
      {"a: &x {b: *x}\n", "p.yaml:1:11", "cycle"},
      {"[1, 2]: x\n", "p.yaml:1:1", "key must be a scalar"},
      {"a: !python/object x\n", "p.yaml:1:4", "tag"},
      {"a: 1\nb: \x04\nc: 2\n", "p.yaml:2:4", "control character 0x04"},
      {"a: \xff\n", "p.yaml:1:4", "UTF-8"},
      {"a: [1, 2\n", "p.yaml:2:1", "not valid YAML"},
      {"a: *nowhere\n", "p.yaml:1:4", "not valid YAML"},
      {"\ta: 1\n", "p.yaml:1:2", ""},
  };
  for (const Case& one : cases) {
    const Error error = error_of(one.text);
    EXPECT_EQ(error.kind, ErrorKind::kUsage) << one.text;
    EXPECT_THAT(error.where, StartsWith("p.yaml:")) << one.text;
    if (*one.message != '\0') {
      EXPECT_EQ(error.where, one.where) << one.text;
    }
    EXPECT_THAT(error.message, HasSubstr(one.message)) << one.text;
  }
}

TEST(YamlDocument, AcceptsOrdinaryFiles) {
  good("");
  good("# only a comment\n");
  good("---\na: 1\n");
  good("a: &x [1]\nb: *x\n");
  good("a: {b: 1}\nc: {b: 1}\n");  // equal keys in different mappings
  good("text: |\n  one\n  two\n");
  good("name: grüße\n");
}

TEST(YamlDocument, AnAliasBombEndsFast) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  const SteadyTime start = system_clock().steady_now();
  EXPECT_THAT(error_of(bomb).message, HasSubstr("more than 100000 values"));
  EXPECT_LT(system_clock().steady_now() - start, seconds{2});
}

TEST(YamlDocument, AMillionAliasesEndFast) {
  std::string text = "a: &a x\nb:\n";
  for (int i = 0; i < 1'000'000; ++i) text += "- *a\n";
  const SteadyTime start = system_clock().steady_now();
  EXPECT_THAT(error_of(text).message, HasSubstr("longer than"));
  EXPECT_THAT(error_of(text, {.max_bytes = 1u << 30}).message, HasSubstr("more than 100000 values"));
  EXPECT_LT(system_clock().steady_now() - start, seconds{10});
}

TEST(YamlDocument, DeepNestingIsRefused) {
  EXPECT_THAT(error_of(std::string(500'000, '[')).where, StartsWith("p.yaml:1"));
  std::string indented;
  for (std::size_t i = 0; i < 1000; ++i) indented += std::string(i, ' ') + "a:\n";
  EXPECT_THAT(error_of(indented).message, HasSubstr("nested deeper than 64 levels"));
  // Levels hidden behind aliases count too.
  std::string aliases = "a0: &a0 [x]\n";
  for (int i = 1; i < 70; ++i)
    aliases += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_THAT(error_of(aliases).message, HasSubstr("nested deeper"));
}

TEST(YamlDocument, AHugeFileIsNotRead) {
  const auto dir = TempDir::create("yaml");
  const fs::path path = dir->path() / "huge.yaml";
  ASSERT_TRUE(write_file_atomically(path, "a: 1\n"));
  fs::resize_file(path, 100u << 20);  // sparse
  const SteadyTime start = system_clock().steady_now();
  const auto document = YamlDocument::load(path);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(document.error().where, path.string());
  EXPECT_LT(system_clock().steady_now() - start, seconds{1});
}

TEST(YamlDocument, LoadNamesTheMissingFile) {
  const auto document = YamlDocument::load("/nonexistent/p.yaml");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(document.error().where, "/nonexistent/p.yaml");
}

RC_GTEST_PROP(YamlDocument, GarbageIsAnErrorOrADocumentNeverACrash, (const std::string& text)) {
  const auto document = YamlDocument::parse(text, "garbage");
  if (!document) RC_ASSERT(document.error().kind == ErrorKind::kUsage);
}

RC_GTEST_PROP(YamlDocument, IndicatorSoupIsHandled, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("[]{}:,-?&*!|>'\"%@`# \n\tab1~<")));
  const auto document = YamlDocument::parse(text, "soup");
  if (document) RC_ASSERT(yaml_to_json(*document, document->root()));
}

TEST(YamlReader, ReadsEveryType) {
  const Status status = read(
      "name: a\nrepeat: 3\nratio: 0.5\non: true\nlimit: 1m30s\nlabels: [x, y]\ngates: {B: true, A: false}\n"
      "patch: {n: 1, t: '1', list: [null, 0755, yes]}\nversion: 1.33\nempty:\n",
      [](YamlReader& reader) {
        EXPECT_EQ(reader.string("name"), "a");
        EXPECT_EQ(reader.integer("repeat"), 3);
        EXPECT_EQ(reader.optional_double("ratio"), 0.5);
        EXPECT_EQ(reader.optional_bool("on"), true);
        EXPECT_EQ(reader.optional_duration("limit"), seconds{90});
        EXPECT_THAT(reader.optional_strings("labels"), ElementsAre("x", "y"));
        std::vector<std::string> gates;
        EXPECT_EQ(reader.optional_map("gates",
                                      [&](const std::string& key, const YAML::Node&) -> Status {
                                        gates.push_back(key);
                                        return {};
                                      }),
                  2u);
        EXPECT_THAT(gates, ElementsAre("B", "A"));
        EXPECT_EQ(canonical_json(reader.optional_json("patch").value_or(nullptr)),
                  R"({"list":[null,"0755","yes"],"n":1,"t":"1"})");
        EXPECT_EQ(reader.string("version"), "1.33");
        EXPECT_TRUE(reader.optional_strings("empty").empty());
        EXPECT_EQ(reader.optional_string("absent"), std::nullopt);
        EXPECT_FALSE(reader.has("absent"));
      });
  EXPECT_TRUE(status) << to_string(status.error());
}

TEST(YamlReader, AnUnknownKeyIsNamedWithASuggestion) {
  const Status status = read("workers: 1\nworkres: 2\n", [](YamlReader& reader) { reader.optional_int("workers"); });
  ASSERT_FALSE(status);
  EXPECT_EQ(to_string(status.error()),
            "p.yaml:2:1: unknown key 'workres' in the profile\n  hint: did you mean 'workers'?");
}

TEST(YamlReader, TypeErrorsSayWhatWasThere) {
  const auto message = [](std::string_view text, const std::function<void(YamlReader&)>& reads) {
    const Status status = read(text, reads);
    EXPECT_FALSE(status) << text;
    return status ? std::string() : to_string(status.error());
  };
  EXPECT_EQ(message("a: b\nworkers: two\n",
                    [](YamlReader& r) {
                      r.string("a");
                      r.optional_int("workers");
                    }),
            "p.yaml:2:10: 'workers' must be an integer, got 'two'");
  EXPECT_EQ(message("n: '2'\n", [](YamlReader& r) { r.integer("n"); }),
            "p.yaml:1:4: 'n' must be an integer, got the quoted text '2'");
  EXPECT_EQ(message("n: 0755\n", [](YamlReader& r) { r.integer("n"); }),
            "p.yaml:1:4: 'n' must be an integer, got '0755'");
  EXPECT_EQ(message("b: yes\n", [](YamlReader& r) { r.optional_bool("b"); }),
            "p.yaml:1:4: 'b' must be true or false, got 'yes'");
  EXPECT_EQ(message("b: [1]\n", [](YamlReader& r) { r.optional_bool("b"); }),
            "p.yaml:1:4: 'b' must be true or false, got a list");
  EXPECT_EQ(message("x: 1\nb:\n",
                    [](YamlReader& r) {
                      r.integer("x");
                      r.optional_string("b");
                    }),
            "p.yaml:2:1: 'b' must be text, got nothing");
  EXPECT_EQ(message("l: [a, {b: 1}]\n", [](YamlReader& r) { r.optional_strings("l"); }),
            "p.yaml:1:8: 'l' must be text, got a mapping");
  EXPECT_EQ(message("l: a\n", [](YamlReader& r) { r.optional_strings("l"); }),
            "p.yaml:1:4: 'l' must be a list, got 'a'");
  EXPECT_THAT(message("d: 5 minutes\n", [](YamlReader& r) { r.optional_duration("d"); }),
              StartsWith("p.yaml:1:4: 'd': '5 minutes' is not a duration"));
  EXPECT_EQ(message("a: 1\n", [](YamlReader& r) { r.string("name"); }), "p.yaml:1:1: the profile needs the key 'name'");
  EXPECT_EQ(message("n: 99999999999999999999\n", [](YamlReader& r) { r.integer("n"); }),
            "p.yaml:1:4: 'n' must be an integer, got '99999999999999999999'");
  EXPECT_EQ(message("- a\n", [](YamlReader& r) { r.string("x"); }),
            "p.yaml:1:1: the profile must be a mapping, got a list");
  EXPECT_THAT(message("", [](YamlReader& r) { r.string("x"); }), HasSubstr("must be a mapping, got nothing"));
}

TEST(YamlReader, TheFirstErrorSticks) {
  const Status status = read("a: x\nb: y\n", [](YamlReader& reader) {
    reader.optional_int("b");
    EXPECT_EQ(reader.optional_string("a"), std::nullopt);  // defaults after an error
    reader.error("a", "own complaint");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().where, "p.yaml:2:4");
}

TEST(YamlReader, CallersAddTheirOwnErrors) {
  const Status status = read("provider: kint\n", [](YamlReader& reader) {
    reader.expect_one_of("provider", reader.string("provider"), {"kind", "existing"});
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(to_string(status.error()),
            "p.yaml:1:11: 'provider' must be one of kind, existing; got 'kint'\n  hint: did you mean 'kind'?");
}

TEST(YamlReader, NestedMappingsAreAsStrict) {
  const YamlDocument document = good("topology: {workers: 1, wrokers: 2}\n");
  YamlReader reader(document, document.root(), "the profile");
  auto topology = reader.optional_mapping("topology");
  ASSERT_TRUE(topology);
  EXPECT_EQ(topology->optional_int("workers"), 1);
  const Status status = topology->finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().where, "p.yaml:1:24");
  EXPECT_TRUE(reader.finish());
}

TEST(YamlToJson, FollowsTheCoreSchema) {
  const YamlDocument document =
      good("[~, null, , true, yes, 1, -1, +1, 01, 1.5, 1e3, 18446744073709551616, .inf, '1', \"true\", ok]");
  EXPECT_EQ(canonical_json(yaml_to_json(document, document.root()).value_or("")),
            R"([null,null,null,true,"yes",1,-1,1,"01",1.5,1000.0,1.8446744073709552e+19,".inf","1","true","ok"])");
}

}  // namespace
}  // namespace graduand
