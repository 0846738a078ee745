// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "tests/paths.h"

namespace graduand::graduation {
namespace {

using results::Trigger;
using testing::ElementsAre;
using testing::HasSubstr;

std::string builtin_text() {
  return read_file(fs::path(graduand::testing_support::source_dir()) / "policies" / "kubernetes.yaml").value();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Policy, TheBuiltInOneIsTheFileOfTheSourceTree) {
  const Policy& policy = builtin_policy();
  EXPECT_EQ(policy.name, "kubernetes");
  EXPECT_EQ(policy.of(Stage::kBeta).window_days.value, 14);
  EXPECT_EQ(policy.of(Stage::kStable).window_days.value, 30);
  EXPECT_EQ(policy.stable.min_scheduled_runs.value, 14);
  EXPECT_EQ(policy.stable.min_days_covered.value, 14);
  EXPECT_EQ(policy.stable.max_failures.value, 0);
  EXPECT_THAT(policy.scheduled, ElementsAre(Trigger::kPeriodic));
  EXPECT_THAT(policy.admissible, ElementsAre(Trigger::kPeriodic, Trigger::kManual));
  EXPECT_TRUE(policy.waivers.empty());
  for (const StagePolicy* stage : {&policy.beta, &policy.stable})
    for (const Threshold* one :
         {&stage->window_days, &stage->min_scheduled_runs, &stage->min_days_covered, &stage->max_failures})
      EXPECT_FALSE(one->source.empty());
  EXPECT_TRUE(load_policy(fs::path(graduand::testing_support::source_dir()) / "policies" / "kubernetes.yaml"));
}

TEST(Policy, ReadsWaivers) {
  const auto policy = parse_policy(replaced(builtin_text(), "waivers: []", R"(waivers:
  - {feature: F, rule: time-covered, reason: hardware, author: me, expires: 2026-12-01}
  - {feature: F, rule: gate-on-and-off, reason: no gate, author: me})"),
                                   "p.yaml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  ASSERT_EQ(policy->waivers.size(), 2u);
  EXPECT_EQ(format_rfc3339(*policy->waivers[0].expires), "2026-12-01T00:00:00Z");
  EXPECT_FALSE(policy->waivers[1].expires);
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
                    Bad{"value: 14", "value: -1", "between"},
                    Bad{"scheduled: [periodic]", "scheduled: []", "at least one"},
                    Bad{"scheduled: [periodic]", "scheduled: [periodical]", "periodic"},
                    Bad{"scheduled: [periodic]", "scheduled: [presubmit]", "not admissible"},
                    Bad{"value: 7", "value: 14", "less than window_days"},
                    Bad{"name: kubernetes", "nam: kubernetes", "name"}, Bad{"waivers: []", "waiver: []", "waivers"},
                    Bad{"waivers: []", "waivers: [{feature: F, rule: nonsense, reason: r, author: a}]", "nonsense"},
                    Bad{"waivers: []", "waivers: [{feature: F, rule: time-covered, reason: '', author: a}]", "why"},
                    Bad{"waivers: []", "waivers: [{feature: F, rule: time-covered, reason: r}]", "author"},
                    Bad{"waivers: []",
                        "waivers: [{feature: F, rule: time-covered, reason: r, author: a, expires: soon}]", "soon"},
                    Bad{"  beta:", "  bета:", "beta"}));

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
