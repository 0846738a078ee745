// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/ginkgo_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand::catalogue {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

GinkgoSpec spec(const std::string& name, std::vector<std::string> labels = {}, int line = 1) {
  return {name, std::move(labels), "k8s.io/x/pods.go", line};
}

std::vector<CaseInfo> cases(const std::vector<GinkgoSpec>& specs, const GinkgoSettings& settings = {},
                            const std::vector<std::string>& images = {}) {
  return cases_of_specs("e2e", settings, specs, images);
}

TEST(StableText, OutlivesPromotion) {
  const std::string ga = "[sig-node] Lifecycle Sleep Hook sleeps";
  for (const char* name :
       {"[sig-node] Lifecycle Sleep Hook [FeatureGate:PodLifecycleSleepAction] [Alpha] [Feature:OffByDefault] sleeps",
        "[sig-node] Lifecycle Sleep Hook [FeatureGate:PodLifecycleSleepAction] [Beta] sleeps",
        "[sig-node] Lifecycle Sleep Hook sleeps [NodeConformance] [Conformance]",
        "[sig-node] Lifecycle Sleep Hook sleeps [MinimumKubeletVersion:1.34]",
        "[sig-node]  Lifecycle Sleep Hook sleeps [KubeletMinVersion:1.35]"})
    EXPECT_EQ(stable_text(name), ga) << name;
  EXPECT_EQ(stable_text("[sig-x] a [Slow] [Serial] b [LinuxOnly]"), "[sig-x] a [Slow] [Serial] b [LinuxOnly]");
}

RC_GTEST_PROP(StableText, StaysAsItIsTheSecondTime, (const std::string& text)) {
  const std::string once = stable_text(text);
  // Taking a tag out may join two halves of another; nothing upstream is written so.
  RC_PRE(text.find('[') == std::string::npos);
  RC_ASSERT(stable_text(once) == once);
}

TEST(CasesOfSpecs, CarryNamesLabelsAndLimits) {
  GinkgoSettings settings;
  settings.time_limit = seconds(60);
  settings.slow_time_limit = seconds(600);
  const auto made = cases({spec("[sig-node] a [Slow]", {"sig-node", "Slow"}, 7), spec("b", {"Disruptive"})}, settings);
  EXPECT_EQ(made[0].id, "e2e/[sig-node] a [Slow]");
  EXPECT_EQ(made[0].suite, "e2e");
  EXPECT_EQ(made[0].name, "[sig-node] a [Slow]");
  EXPECT_EQ(made[0].line, 7);
  EXPECT_EQ(made[0].time_limit, seconds(600));
  EXPECT_FALSE(made[0].serial);
  EXPECT_EQ(made[1].time_limit, seconds(60));
  EXPECT_TRUE(made[1].disruptive);
  EXPECT_TRUE(made[1].serial) << "disruptive implies serial";
}

TEST(CasesOfSpecs, BothSpellingsOfAMinimumKubeletAreOneLabelAndANeed) {
  const auto made = cases({spec("a [MinimumKubeletVersion:1.34]"), spec("b", {"KubeletMinVersion:1.35"})});
  EXPECT_THAT(made[0].labels, ElementsAre("KubeletMinVersion:1.34"));
  EXPECT_THAT(made[0].needs, ElementsAre("kubelet >= 1.34"));
  EXPECT_THAT(made[1].labels, ElementsAre("KubeletMinVersion:1.35"));
  EXPECT_THAT(made[1].needs, ElementsAre("kubelet >= 1.35"));
}

TEST(CasesOfSpecs, RulesGiveFeaturesNeedsAndImages) {
  GinkgoSettings settings;
  settings.images = {"registry/pause"};
  settings.rules = {{"Sleep", {"FeatureGate:Sleep"}, {}, {"gate Sleep on"}, {"registry/agnhost", "registry/own:1"}},
                    {"Zero", {}, {"zero value$"}, {}, {}}};
  const auto made = cases({spec("x", {"FeatureGate:Sleep"}), spec("with a zero value"), spec("a zero value, or not")},
                          settings, {"registry/pause:3.10", "registry/agnhost:2.56"});
  EXPECT_THAT(made[0].features, ElementsAre("Sleep"));
  EXPECT_THAT(made[0].needs, ElementsAre("gate Sleep on"));
  EXPECT_THAT(made[0].images, ElementsAre("registry/pause:3.10", "registry/agnhost:2.56", "registry/own:1"));
  EXPECT_THAT(made[1].features, ElementsAre("Zero"));
  EXPECT_THAT(made[1].images, ElementsAre("registry/pause:3.10"));
  EXPECT_THAT(made[2].features, IsEmpty());
}

TEST(CasesOfSpecs, ARenameJoinsHistories) {
  GinkgoSettings settings;
  settings.renames = {{"old text", "new text"}};
  EXPECT_EQ(cases({spec("old text [Beta]")}, settings)[0].id, "e2e/new text");
}

TEST(CasesOfSpecs, IdsAreUniqueWhateverTheNames) {
  const std::vector<GinkgoSpec> specs = {spec("a [Alpha]"), spec("a [Beta]", {}, 2), spec("b", {}, 3), spec("b", {}, 4),
                                         spec("c", {}, 5),  spec("c", {}, 5),        spec("c", {}, 6)};
  const auto made = cases(specs);
  std::vector<std::string> ids;
  for (const CaseInfo& info : made) ids.push_back(info.id);
  EXPECT_THAT(ids, ElementsAre("e2e/a [Alpha]", "e2e/a [Beta]", "e2e/b pods.go:3", "e2e/b pods.go:4",
                               "e2e/c pods.go:5 #1", "e2e/c pods.go:5 #2", "e2e/c pods.go:6"));
}

// Twins elsewhere in the suite must not change whose history an attempt belongs to.
TEST(CasesOfSpecs, TwinsAreCountedForThemselves) {
  const auto made = cases({spec("a", {}, 1), spec("a", {}, 1), spec("b", {}, 2), spec("b", {}, 2)});
  EXPECT_EQ(made[2].id, "e2e/b pods.go:2 #1");
  EXPECT_EQ(made[3].id, "e2e/b pods.go:2 #2");
}

TEST(CasesOfSpecs, ADecoratorMakesASpecSerialButGivesItNoLabel) {
  GinkgoSpec alone = spec("alone");
  alone.serial = true;
  const auto made = cases({alone, spec("labelled", {"Serial"}), spec("neither"), spec("restarts", {"Disruptive"})});
  EXPECT_TRUE(made[0].serial);
  EXPECT_THAT(made[0].all_labels(), IsEmpty()) << "Ginkgo's filter for Serial does not see it";
  EXPECT_TRUE(made[1].serial);
  EXPECT_THAT(made[1].all_labels(), ElementsAre("Serial"));
  EXPECT_FALSE(made[2].serial);
  EXPECT_TRUE(made[3].serial);
  EXPECT_THAT(made[3].all_labels(), ElementsAre("Disruptive"));
}

}  // namespace
}  // namespace graduand::catalogue
