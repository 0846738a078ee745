// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "framework/base/files.h"
#include "framework/graduation/policy_keys.h"
#include "tests/graduation/world.h"
#include "tests/paths.h"

namespace graduand::graduation {
namespace {

using results::Trigger;
using testing::ElementsAre;
using testing::HasSubstr;

fs::path builtin_path() {
  return fs::path(graduand::testing_support::source_dir()) / "policies" / "kubernetes.yaml";
}

std::string builtin_text() {
  return read_file(builtin_path()).value();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string with_waiver(const std::string& waiver) {
  return replaced(builtin_text(), "waivers: []", "waivers:\n  - {" + waiver + "}");
}

constexpr const char* kWaiver =
    "feature: F, stage: stable, release: v1.34, rule: version-skew, reason: hardware, author: me, expires: 2026-12-01";

TEST(Policy, TheBuiltInOneIsTheFileOfTheSourceTree) {
  const Policy& policy = builtin_policy();
  EXPECT_EQ(policy.name, "kubernetes");
  EXPECT_EQ(policy.of(Stage::kBeta).window_days.value, 14);
  EXPECT_EQ(policy.of(Stage::kStable).window_days.value, 30);
  EXPECT_EQ(policy.stable.min_scheduled_runs.value, 14);
  EXPECT_EQ(policy.stable.min_days_with_runs.value, 14);
  EXPECT_EQ(policy.stable.max_failures.value, 0);
  EXPECT_THAT(policy.scheduled, ElementsAre(Trigger::kPeriodic));
  EXPECT_THAT(policy.admissible, ElementsAre(Trigger::kPeriodic));
  EXPECT_TRUE(policy.waivers.empty());
  EXPECT_FALSE(policy.stable.max_failure_rate);
  for (const StagePolicy* stage : {&policy.beta, &policy.stable})
    for (const ThresholdKey& key : threshold_keys()) EXPECT_FALSE((stage->*key.member).source.empty()) << key.name;
  const auto loaded = load_policy(builtin_path());
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->shipped);
  EXPECT_EQ(loaded->digest, policy.digest);
}

TEST(Policy, AFailureRateMayBeAskedFor) {
  const auto policy = parse_policy(replaced(builtin_text(), "    behaviour_level: *behaviour",
                                            "    max_failure_rate: {value: 0.05, confidence: 0.9, source: us}\n"
                                            "    behaviour_level: *behaviour"),
                                   "p.yaml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  ASSERT_TRUE(policy->stable.max_failure_rate);
  EXPECT_EQ(policy->stable.max_failure_rate->value, 0.05);
  EXPECT_EQ(policy->stable.failure_rate_confidence, 0.9);
  EXPECT_FALSE(policy->beta.max_failure_rate);
  EXPECT_NE(policy->digest, builtin_policy().digest);
}

TEST(PolicyDigest, IsTheSameForOtherSourcesCommentsNamesAndWaivers) {
  std::string text = with_waiver(kWaiver);
  text = replaced(text, "a long weekend", "what we think");
  text = replaced(text, "name: kubernetes", "name: ours  # a comment");
  const auto policy = parse_policy(text, "p.yaml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  EXPECT_EQ(policy->digest, builtin_policy().digest);
  EXPECT_THAT(policy->digest, testing::MatchesRegex("sha256:[0-9a-f]+"));
  EXPECT_EQ(policy->digest.size(), 7u + 16u);
}

TEST(PolicyDigest, IsAnotherForEachThreshold) {
  std::set<std::string> seen = {builtin_policy().digest};
  std::size_t changes = 0;
  for (StagePolicy Policy::* stage : {&Policy::beta, &Policy::stable})
    for (const ThresholdKey& key : threshold_keys()) {
      Policy changed = builtin_policy();
      (changed.*stage.*key.member).value += 0.001;
      seen.insert(digest_of(changed));
      ++changes;
    }
  EXPECT_EQ(seen.size(), changes + 1);
  Policy other = builtin_policy();
  other.prereleases = true;
  EXPECT_TRUE(seen.insert(digest_of(other)).second);
  other = builtin_policy();
  other.admissible.push_back(Trigger::kManual);
  EXPECT_TRUE(seen.insert(digest_of(other)).second);
  other = builtin_policy();
  other.stable.max_failure_rate = Threshold{0.05, "us"};
  EXPECT_TRUE(seen.insert(digest_of(other)).second);
  other.stable.failure_rate_confidence = 0.9;
  EXPECT_TRUE(seen.insert(digest_of(other)).second);
}

TEST(PolicyDigest, AVerdictSaysShippedOnlyOfTheShippedValues) {
  test::World world;
  Policy policy = builtin_policy();
  policy.name = "ours";
  EXPECT_TRUE(world.judged(policy).policy_shipped);
  policy.stable.min_scheduled_runs.value = 1;
  policy.name = "kubernetes";
  policy.digest = digest_of(policy);
  EXPECT_FALSE(world.judged(policy).policy_shipped);
}

TEST(Waivers, AreReadWithTheirPlace) {
  const auto policy = parse_policy(with_waiver(kWaiver), "p.yaml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  ASSERT_EQ(policy->waivers.size(), 1u);
  const Waiver& waiver = policy->waivers[0];
  EXPECT_EQ(waiver.feature, "F");
  EXPECT_EQ(waiver.rule, "version-skew");
  EXPECT_EQ(waiver.run, "");
  EXPECT_EQ(waiver.stage, Stage::kStable);
  EXPECT_TRUE(waiver.release.same_minor({1, 34}));
  EXPECT_EQ(format_rfc3339(waiver.expires), "2026-12-01T00:00:00Z");
  EXPECT_THAT(waiver.where, HasSubstr("p.yaml:"));
}

TEST(Waivers, AnExpiredOneIsAnErrorAtItsPlace) {
  const auto policy = parse_policy(with_waiver(kWaiver), "p.yaml");
  ASSERT_TRUE(policy);
  EXPECT_TRUE(check_waivers(*policy, parse_rfc3339("2026-11-30T23:59:59Z").value()));
  const auto expired = check_waivers(*policy, parse_rfc3339("2026-12-01T00:00:00Z").value());
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(expired.error().where, policy->waivers[0].where);
  EXPECT_THAT(expired.error().message, HasSubstr("the waiver by me (hardware) expired 2026-12-01T00:00:00Z"));
}

TEST(Waivers, MayStandInAFileOfTheirOwn) {
  const fs::path path = fs::path(testing::TempDir()) / "graduand-waivers.yaml";
  std::ofstream(path) << "waivers:\n  - {" << kWaiver << "}\n";
  Policy policy = builtin_policy();
  const auto added = add_waivers(path, policy);
  ASSERT_TRUE(added) << to_string(added.error());
  ASSERT_EQ(policy.waivers.size(), 1u);
  EXPECT_THAT(policy.waivers[0].where, HasSubstr("graduand-waivers.yaml:2"));
  std::ofstream(path) << "waivres:\n  - {" << kWaiver << "}\n";
  const auto misspelt = add_waivers(path, policy);
  ASSERT_FALSE(misspelt);
  EXPECT_THAT(to_string(misspelt.error()), HasSubstr("waivers"));
  EXPECT_EQ(policy.waivers.size(), 1u);
  fs::remove(path);
  EXPECT_FALSE(add_waivers(path, policy));
}

struct Bad {
  const char* from;
  const char* to;
  const char* message;
};

class BadPolicy : public testing::TestWithParam<Bad> {};

TEST_P(BadPolicy, IsRefusedWithItsPosition) {
  const auto policy = parse_policy(replaced(builtin_text(), GetParam().from, GetParam().to), "p.yaml");
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(to_string(policy.error()), HasSubstr(GetParam().message));
  EXPECT_THAT(policy.error().where, HasSubstr("p.yaml:"));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadPolicy,
    testing::Values(Bad{"window_days", "windov_days", "window_days"}, Bad{"value: 14", "value: many", "number"},
                    Bad{"value: 14", "value: -1", "between"}, Bad{"value: 14", "valeu: 14", "value"},
                    Bad{"scheduled: [periodic]", "scheduled: []", "at least one"},
                    Bad{"scheduled: [periodic]", "scheduled: [periodical]", "periodic"},
                    Bad{"scheduled: [periodic]", "scheduled: [manual]", "not admissible"},
                    Bad{"admissible: [periodic]", "admissible: [periodic, presubmit]", "never evidence"},
                    Bad{"value: 7", "value: 15", "must not exceed window_days"},
                    Bad{"name: kubernetes", "nam: kubernetes", "name"}, Bad{"waivers: []", "waiver: []", "waivers"},
                    Bad{"  stable:", "  stabel:", "stable"}, Bad{"stages:", "stage:", "stages"}));

// One member of a waiver changed or left out.
class BadWaiver : public testing::TestWithParam<Bad> {};

TEST_P(BadWaiver, IsRefusedWithItsPosition) {
  const auto policy = parse_policy(with_waiver(replaced(kWaiver, GetParam().from, GetParam().to)), "p.yaml");
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(to_string(policy.error()), HasSubstr(GetParam().message));
  EXPECT_THAT(policy.error().where, HasSubstr("p.yaml:"));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadWaiver,
    testing::Values(Bad{"feature: F, ", "", "feature"}, Bad{"stage: stable, ", "", "stage"},
                    Bad{"release: v1.34, ", "", "release"}, Bad{"rule: version-skew, ", "", "one 'rule'"},
                    Bad{"rule: version-skew", "rule: version-skew, run: r1", "one 'rule'"},
                    Bad{"reason: hardware, ", "", "reason"}, Bad{"reason: hardware", "reason: ''", "why"},
                    Bad{"author: me, ", "", "author"}, Bad{"author: me", "author: ''", "who"},
                    Bad{", expires: 2026-12-01", "", "expires"}, Bad{"2026-12-01", "soon", "soon"},
                    Bad{"version-skew", "version-skwe", "version-skew"}, Bad{"stable", "stabel", "stable"}));

TEST(Policy, AFileThatIsNotThereIsNotFound) {
  EXPECT_EQ(load_policy("/nonexistent/policy.yaml").error().kind, ErrorKind::kNotFound);
}

TEST(Stages, AreReadInBothWords) {
  EXPECT_EQ(parse_stage("beta").value(), Stage::kBeta);
  EXPECT_EQ(parse_stage("stable").value(), Stage::kStable);
  EXPECT_EQ(parse_stage("GA").value(), Stage::kStable);
  const auto bad = parse_stage("stabel");
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().hint, HasSubstr("stable"));
}

}  // namespace
}  // namespace graduand::graduation
