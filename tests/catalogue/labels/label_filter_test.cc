// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/labels/label_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand::catalogue {
namespace {

using ::testing::HasSubstr;
using Labels = std::vector<std::string>;

bool matches(std::string_view filter, const Labels& labels) {
  const auto parsed = LabelFilter::parse(filter);
  EXPECT_TRUE(parsed) << to_string(parsed.error());
  return parsed && parsed->matches(labels);
}

TEST(LabelFilter, EmptyMatchesEverything) {
  EXPECT_TRUE(LabelFilter().matches({}));
  EXPECT_TRUE(matches("", {}));
  EXPECT_TRUE(matches("", {"a"}));
}

TEST(LabelFilter, LiteralsIgnoreCaseAndMeanTheWholeLabel) {
  EXPECT_TRUE(matches("slow", {"Slow"}));
  EXPECT_TRUE(matches(" SLOW ", {"Slow"}));
  EXPECT_FALSE(matches("Slo", {"Slow"}));
  EXPECT_TRUE(matches("FeatureGate:PodLifecycleSleepAction", {"FeatureGate:PodLifecycleSleepAction"}));
  EXPECT_TRUE(matches("has space", {"Has Space"}));
}

TEST(LabelFilter, RegularExpressionsAreUnanchoredAndMindCase) {
  EXPECT_TRUE(matches("/low/", {"Slow"}));
  EXPECT_FALSE(matches("/slow/", {"Slow"}));
  EXPECT_TRUE(matches("/(?i)slow/", {"Slow"}));
  EXPECT_TRUE(matches("/^sig-(node|network)$/", {"x", "sig-node"}));
  EXPECT_TRUE(matches("/low", {"Slow"}));  // Ginkgo lets the end be left open
  EXPECT_TRUE(matches("!/^sig-/", {"x"}));
  EXPECT_FALSE(matches("//", {}));
}

TEST(LabelFilter, PrecedenceIsOrThenAndThenNot) {
  EXPECT_TRUE(matches("a || b && c", {"a"}));
  EXPECT_FALSE(matches("(a || b) && c", {"a"}));
  EXPECT_TRUE(matches("a && b || c", {"c"}));
  EXPECT_TRUE(matches("!a && b", {"b"}));
  EXPECT_FALSE(matches("!(a && b)", {"a", "b"}));
  EXPECT_TRUE(matches("!(a && b)", {"b"}));
  EXPECT_TRUE(matches("!!a", {"a"}));
  EXPECT_TRUE(matches("a, b && c", {"a"}));  // a comma is an or, with its precedence
  EXPECT_TRUE(matches("a,b", {"b"}));
  EXPECT_TRUE(matches("a&&b||c&&!d", {"c"}));
}

TEST(LabelFilter, SetOperations) {
  const Labels ab = {"Feature:A", "feature: b", "Slow"};
  EXPECT_FALSE(matches("Feature: isEmpty", ab));
  EXPECT_TRUE(matches("Feature: isEmpty", {"Slow", "Feature"}));
  EXPECT_TRUE(matches("Feature: containsAny {A, C}", ab));
  EXPECT_FALSE(matches("Feature: containsAny {C}", ab));
  EXPECT_TRUE(matches("Feature: containsAll {A, B}", ab));
  EXPECT_FALSE(matches("Feature: containsAll {A, B, C}", ab));
  EXPECT_TRUE(matches("Feature: consistsOf {b, a}", ab));
  EXPECT_FALSE(matches("Feature: consistsOf {A}", ab));
  EXPECT_TRUE(matches("Feature: isSubsetOf {A, B, C}", ab));
  EXPECT_FALSE(matches("Feature: isSubsetOf A", ab));
  EXPECT_TRUE(matches("FEATURE: CONTAINSANY a", ab));
  EXPECT_TRUE(matches("(Feature: isEmpty)", {}));
  EXPECT_TRUE(matches("Feature: isEmpty {}", {}));
  EXPECT_TRUE(matches("Feature: containsAny C, Slow", ab));  // without braces the comma ends the set
}

// The traps that the grammar lays; all of them are as in Ginkgo.
TEST(LabelFilter, Traps) {
  EXPECT_TRUE(matches("Feature: isSubsetOf OffByDefault", {"sig-node"}));  // no Feature at all is a subset too
  EXPECT_TRUE(matches("Feature: isSubsetOf OffByDefault", {"Feature:OffByDefault"}));
  EXPECT_FALSE(matches("Feature: isSubsetOf OffByDefault", {"Feature:OffByDefault", "Feature:DRA"}));
  EXPECT_TRUE(matches("!Feature: containsAny {A, B}", {"Feature:C"}));  // negates the whole operation
  EXPECT_FALSE(matches("!Feature: containsAny {A, B}", {"Feature:B"}));
  EXPECT_TRUE(matches("!Feature: containsAny {A}", {}));
  EXPECT_TRUE(matches("Feature:isEmpty", {"Feature:isEmpty"}));  // without a space it is a plain label
  EXPECT_FALSE(matches("Feature:isEmpty", {}));
  EXPECT_FALSE(matches("Feature: consistsOf {A, A}", {"Feature:A"}));  // repeats count
  EXPECT_TRUE(matches("Feature :A", {"Feature:A"}));
  EXPECT_TRUE(matches("Key: containsAny a:b", {"Key:a:b"}));  // the first colon ends the key
}

// What Kubernetes' own jobs on kind select with.
TEST(LabelFilter, FiltersOfKubernetesJobs) {
  const Labels plain = {"sig-node", "NodeConformance", "Conformance"};
  const Labels off = {"sig-node", "FeatureGate:X", "Alpha", "Feature:OffByDefault"};
  const Labels beta = {"sig-node", "FeatureGate:Y", "Beta"};
  const Labels feature = {"sig-network", "Feature:LoadBalancer"};
  const Labels slow = {"sig-storage", "Slow", "FeatureGate:VolumeAttributesClass"};
  const Labels manager = {"sig-node", "Feature:CPUManager", "Serial"};
  const Labels dra = {"sig-node", "DRA", "Feature:DynamicResourceAllocation"};
  struct Job {
    const char* filter;
    std::vector<bool> selects;  // plain, off, beta, feature, slow, manager, dra
  };
  const Job jobs[] = {
      {"Feature: isEmpty && !Slow && !Disruptive && !Flaky", {true, false, true, false, false, false, false}},
      {"Feature: isSubsetOf OffByDefault && !Alpha && !Deprecated && !Slow && !Disruptive && !Flaky",
       {true, false, true, false, false, false, false}},
      {"Feature: isEmpty && !Alpha && !Deprecated && !Slow && !Disruptive && !Flaky",
       {true, false, true, false, false, false, false}},
      {"Conformance && !Deprecated && !Slow && !Disruptive && !Flaky",
       {true, false, false, false, false, false, false}},
      {"Feature: isSubsetOf OffByDefault && !Deprecated && !Slow && !Disruptive && !Flaky",
       {true, true, true, false, false, false, false}},
      {"Feature: isEmpty && !Deprecated && !Slow && !Disruptive && !Flaky",
       {true, false, true, false, false, false, false}},
      {"(Conformance || sig-network) && !Feature: containsAny {Networking-IPv6, LoadBalancer, IPv6DualStack} && "
       "!Disruptive && !Flaky",
       {true, false, false, false, false, false, false}},
      {"FeatureGate:VolumeAttributesClass && Slow", {false, false, false, false, true, false, false}},
      {"Feature: containsAny {CPUManager, MemoryManager, TopologyManager} && "
       "Feature: isSubsetOf {CPUManager, MemoryManager, TopologyManager}",
       {false, false, false, false, false, true, false}},
      {"DRA && Feature: isSubsetOf {DynamicResourceAllocation} && Feature: containsAny DynamicResourceAllocation && "
       "!Flaky",
       {false, false, false, false, false, false, true}},
  };
  for (const Job& job : jobs) {
    const std::vector<bool> selected = {matches(job.filter, plain), matches(job.filter, off),
                                        matches(job.filter, beta),  matches(job.filter, feature),
                                        matches(job.filter, slow),  matches(job.filter, manager),
                                        matches(job.filter, dra)};
    EXPECT_EQ(selected, job.selects) << job.filter;
  }
}

TEST(LabelFilter, ErrorsNameTheColumn) {
  struct Bad {
    const char* filter;
    int column;
    const char* message;
  };
  const Bad all[] = {
      {"a &", 3, "did you mean '&&'"},
      {"a & b", 3, "did you mean '&&'"},
      {"a | b", 3, "did you mean '||'"},
      {"& b", 1, "operand is missing"},
      {"a && ", 6, "operand is missing at the end"},
      {"   ", 4, "operand is missing at the end"},
      {"!", 2, "operand is missing at the end"},
      {"|| a", 1, "operand is missing before this operator"},
      {"a && || b", 6, "operand is missing before this operator"},
      {"a, , b", 4, "operand is missing before this operator"},
      {"(a && b", 1, "never closed"},
      {"a && (b || (c)", 6, "never closed"},
      {"a)", 2, "closes nothing"},
      {"()", 2, "operand is missing before this ')'"},
      {"a (b)", 3, "an operator is missing"},
      {"(a) b", 5, "an operator is missing"},
      {"a !b", 3, "an operator is missing"},
      {"/a/ /b/", 5, "an operator is missing"},
      {"a && /[/", 6, "not a regular expression"},
      {"Feature: isFull", 10, "'isFull' is not a set operation"},
      {"Feature: ", 10, "set operation is missing"},
      {"Feature:", 8, "must follow this ':'"},
      {"a && : isEmpty", 6, "key is missing"},
      {"Feature: containsAny", 21, "containsAny needs an argument"},
      {"Feature: containsAny && a", 22, "containsAny needs an argument"},
      {"Feature: containsAny {A, B", 22, "never closed"},
      {"Feature: containsAny {A,, B}", 22, "value in this set is empty"},
      {"Feature: containsAny {}", 22, "needs an argument"},
      {"Feature: containsAny {a/b}", 22, "'a/b' cannot be a label's value"},
      {"Feature: containsAny /a/", 22, "regular expressions"},
      {"Feature: isEmpty A", 18, "isEmpty takes no argument"},
      {"Feature: containsAny {A} b", 26, "an operator is missing"},
      {"Feature containsAny A", 9, "set operation containsAny, but a ':'"},
      {"\xc3\xa4\xc3\xb6 & b", 4, "did you mean '&&'"},  // columns count characters
  };
  for (const Bad& bad : all) {
    const auto parsed = LabelFilter::parse(bad.filter);
    ASSERT_FALSE(parsed) << bad.filter;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kUsage);
    EXPECT_EQ(parsed.error().where, "label filter, column " + std::to_string(bad.column)) << bad.filter;
    EXPECT_THAT(parsed.error().message, HasSubstr(bad.message)) << bad.filter;
    const std::string caret = "\n  " + std::string(static_cast<std::size_t>(bad.column - 1), ' ') + "^";
    EXPECT_THAT(parsed.error().message, ::testing::EndsWith(caret)) << bad.filter;
  }
}

TEST(LabelFilter, HostileSizesAreRefused) {
  EXPECT_THAT(LabelFilter::parse(std::string(100'000, '(')).error().message, HasSubstr("longer than"));
  EXPECT_THAT(LabelFilter::parse(std::string(50'000, '(')).error().message, HasSubstr("deeper than 200"));
  EXPECT_THAT(LabelFilter::parse(std::string(50'000, '!') + "a").error().message, HasSubstr("deeper than 200"));
  std::string wide = "a";
  for (int i = 0; i < 5000; ++i) wide += " || a" + std::to_string(i % 10);
  EXPECT_TRUE(matches(wide, {"a7"}));
}

// A text from the alphabet of filters: nonsense more often than not.
rc::Gen<std::string> any_filter() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                          "a", "b", "Feature", ":", ": ", " ", "&&", "||", ",", "!", "(", ")", "/", "{", "}", "isEmpty",
                          "containsAny ", "isSubsetOf ", "consistsOf ", "&", "|", "[", "\xc3\xa4", "\xff", "\n")),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const std::string& part : parts) text += part;
                        return text;
                      });
}

// A filter that parses.
rc::Gen<std::string> good_filter() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                          "a", "!b", "/a|b/", "(a && !b)", "(b, c)", "F: isEmpty", "F: containsAny {a, b}",
                          "!F: isSubsetOf {a}", "F: consistsOf {a, b}", "F: containsAll b")),
                      [](const std::vector<std::string>& parts) {
                        std::string text = "a";
                        for (std::size_t i = 0; i < parts.size(); ++i) text += (i % 2 ? " && " : " || ") + parts[i];
                        return text;
                      });
}

rc::Gen<Labels> any_labels() {
  return rc::gen::container<Labels>(rc::gen::element<std::string>("a", "B", "c", "F:a", "f:b", "F:c", "F", ":", ""));
}

RC_GTEST_PROP(LabelFilterProperty, AnyTextIsReadOrRefusedWithAColumn, ()) {
  const std::string text = *rc::gen::oneOf(any_filter(), rc::gen::arbitrary<std::string>());
  const auto parsed = LabelFilter::parse(text);
  if (parsed) {
    parsed->matches({"a", "Feature:a"});
    RC_ASSERT(parsed->text() == text);
  } else {
    RC_ASSERT(parsed.error().kind == ErrorKind::kUsage);
    RC_ASSERT(parsed.error().where.rfind("label filter, column ", 0) == 0);
  }
}

RC_GTEST_PROP(LabelFilterProperty, NotIsTheComplement, ()) {
  const std::string filter = *good_filter();
  const Labels labels = *any_labels();
  RC_ASSERT(matches("!(" + filter + ")", labels) == !matches(filter, labels));
}

RC_GTEST_PROP(LabelFilterProperty, DeMorgan, ()) {
  const std::string a = *good_filter(), b = *good_filter();
  const Labels labels = *any_labels();
  RC_ASSERT(matches("!((" + a + ") && (" + b + "))", labels) == matches("!(" + a + ") || !(" + b + ")", labels));
  RC_ASSERT(matches("!((" + a + ") || (" + b + "))", labels) == matches("!(" + a + ") && !(" + b + ")", labels));
}

RC_GTEST_PROP(LabelFilterProperty, TheOrderOfLabelsDoesNotMatter, ()) {
  const std::string filter = *good_filter();
  Labels labels = *any_labels();
  const bool before = matches(filter, labels);
  std::reverse(labels.begin(), labels.end());
  RC_ASSERT(matches(filter, labels) == before);
}

}  // namespace
}  // namespace graduand::catalogue
