// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/feature_gates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::catalogue {
namespace {

using ::testing::HasSubstr;

KubeVersion version(std::string_view text) {
  return KubeVersion::parse(text).value();
}

constexpr const char* kTable = R"({"source": "test", "versions": ["1.33", "1.34"], "gates": {
  "Late": {"specs": [{"version": "1.34", "default": false, "locked": false, "stage": "Alpha"}], "removed_in": null},
  "Old": {"specs": [{"version": "1.20", "default": true, "locked": true, "stage": "GA"}], "removed_in": "1.34"},
  "Grown": {"specs": [{"version": "1.34", "default": true, "locked": true, "stage": "GA"},
                      {"version": "1.29", "default": false, "locked": false, "stage": "Alpha"},
                      {"version": "1.30", "default": true, "locked": false, "stage": "Beta"}]}}})";

FeatureGates table() {
  return FeatureGates::parse(kTable, "table.json").value();
}

TEST(FeatureGates, TheLastSpecAtOrBelowAVersionHolds) {
  EXPECT_EQ(table().at("Grown", version("v1.28.5")), std::nullopt);
  EXPECT_EQ(table().at("Grown", version("1.29"))->stage, GateStage::kAlpha);
  const auto beta = table().at("Grown", version("v1.33.13"));
  ASSERT_TRUE(beta);
  EXPECT_TRUE(beta->default_on);
  EXPECT_FALSE(beta->locked);
  EXPECT_EQ(beta->since, version("1.30"));
  EXPECT_TRUE(table().at("Grown", version("v1.34.0-alpha.1"))->locked);
  EXPECT_EQ(table().at("Old", version("1.34")), std::nullopt);
  EXPECT_EQ(table().at("Unheard", version("1.34")), std::nullopt);
}

TEST(FeatureGates, ChecksARequest) {
  const FeatureGates gates = table();
  const auto message = [&](const std::string& gate, bool value, std::string_view at) {
    const auto status = gates.check_request(gate, value, version(at));
    EXPECT_TRUE(status || status.error().kind == ErrorKind::kUsage);
    return status ? "" : to_string(status.error());
  };
  EXPECT_EQ(message("Grown", false, "v1.33.13"), "");
  EXPECT_EQ(message("Grown", true, "v1.34.3"), "");  // the locked value itself is accepted
  EXPECT_THAT(message("Grown", false, "v1.34.3"),
              HasSubstr("cannot be off at v1.34.3: it is locked on since v1.34 (GA)"));
  EXPECT_THAT(message("Late", true, "v1.33.13"), HasSubstr("does not exist at v1.33.13: it comes with v1.34"));
  EXPECT_THAT(message("Old", true, "v1.34.3"), HasSubstr("does not exist at v1.34.3: it was removed in v1.34"));
  EXPECT_THAT(message("grwn", true, "v1.33.13"), HasSubstr("did you mean 'Grown'?"));
  EXPECT_EQ(message("AllAlpha", true, "v1.33.13"), "");
  EXPECT_EQ(message("AllBeta", false, "v1.33.13"), "");
}

TEST(FeatureGates, KnowsWhichVersionsItWasMadeFrom) {
  EXPECT_TRUE(table().covers(version("v1.33.13")));
  EXPECT_FALSE(table().covers(version("1.35")));
  EXPECT_TRUE(table().known("Old"));
  EXPECT_FALSE(table().known("old"));
  EXPECT_THAT(table().names(), ::testing::ElementsAre("Grown", "Late", "Old"));
}

TEST(FeatureGates, RefusesABrokenTable) {
  const auto error = [](std::string_view text) { return FeatureGates::parse(text, "t.json").error(); };
  EXPECT_THAT(error("{").where, HasSubstr("t.json:1:"));
  EXPECT_THAT(error(R"({"versions": []})").message, HasSubstr("member 'gates' is missing"));
  EXPECT_THAT(error(R"({"versions": [], "gates": {"A": {"specs": []}}})").message, HasSubstr("gate 'A' has no specs"));
  EXPECT_THAT(error(R"({"versions": [], "gates": {"A": {"specs": [{"version": "1.2", "default": true, "locked": false,
                        "stage": "Gamma"}]}}})")
                  .message,
              HasSubstr("expected Alpha, Beta, GA or Deprecated"));
}

// Facts of the releases: KEP-3960 and KEP-4818 were beta at 1.33 and GA, locked, at 1.34.
TEST(BuiltinFeatureGates, SayWhatTheReleasesSay) {
  const FeatureGates& gates = FeatureGates::builtin();
  for (const char* gate : {"PodLifecycleSleepAction", "PodLifecycleSleepActionAllowZero"}) {
    const auto beta = gates.at(gate, version("v1.33.13")), ga = gates.at(gate, version("v1.34.3"));
    ASSERT_TRUE(beta && ga) << gate;
    EXPECT_EQ(beta->stage, GateStage::kBeta);
    EXPECT_TRUE(beta->default_on && !beta->locked);
    EXPECT_EQ(ga->stage, GateStage::kGA);
    EXPECT_TRUE(ga->default_on && ga->locked);
  }
  EXPECT_EQ(gates.at("PodLifecycleSleepActionAllowZero", version("v1.32.0"))->stage, GateStage::kAlpha);
  EXPECT_EQ(gates.at("PodLifecycleSleepActionAllowZero", version("v1.31.0")), std::nullopt);
  EXPECT_FALSE(gates.at("KubeletInUserNamespace", version("v1.33.13"))->default_on);
  EXPECT_TRUE(gates.covers(version("1.33")) && gates.covers(version("1.34")));
  EXPECT_GT(gates.names().size(), 100u);
}

TEST(GatesByPatch, APatchReleaseIsWhatItShipped) {
  FeatureGates gates = table();
  ASSERT_TRUE(gates.add_patches(R"({"gates": {"Grown": {"patches": [
      {"version": "1.30.2", "default": false, "locked": false, "stage": "Alpha"},
      {"version": "1.30.0", "default": true, "locked": true, "stage": "GA"}]}}})",
                                "patches.json"));
  EXPECT_TRUE(gates.at("Grown", version("v1.30.0"))->locked);
  EXPECT_TRUE(gates.at("Grown", version("v1.30.1"))->locked);
  EXPECT_FALSE(gates.at("Grown", version("v1.30.2"))->default_on);
  EXPECT_EQ(gates.at("Grown", version("v1.30.9"))->stage, GateStage::kAlpha);
  EXPECT_TRUE(gates.at("Grown", version("1.30"))->locked) << "a minor is its first release";
  EXPECT_EQ(gates.at("Grown", version("1.30"))->since, version("1.30"));
  EXPECT_FALSE(gates.at("Grown", version("v1.31.0"))->locked) << "the next minor is as the list says";
  EXPECT_FALSE(gates.at("Grown", version("v1.29.5"))->default_on);
}

TEST(GatesByPatch, AddGatesThatTheListNoLongerHasAndLeaveItsOwnAlone) {
  FeatureGates gates = table();
  ASSERT_TRUE(gates.add_patches(R"({"gates": {
      "Gone": {"specs": [{"version": "1.22", "default": true, "locked": false, "stage": "Beta"}], "removed_in": "1.29"},
      "Late": {"specs": [{"version": "1.20", "default": true, "locked": false, "stage": "Beta"}]}}})",
                                "patches.json"));
  EXPECT_TRUE(gates.at("Gone", version("1.28"))->default_on);
  EXPECT_EQ(gates.at("Gone", version("1.29")), std::nullopt);
  EXPECT_EQ(gates.at("Late", version("1.33")), std::nullopt);
}

TEST(GatesByPatch, AWrongFileAddsNothing) {
  FeatureGates gates = table();
  const auto refused = [&](std::string_view text) {
    const auto status = gates.add_patches(text, "patches.json");
    return status ? std::string("accepted") : to_string(status.error());
  };
  const std::string spec = R"(, "default": false, "locked": false, "stage": "Beta"}]}}})";
  EXPECT_THAT(refused("{"), HasSubstr("patches.json:1:"));
  EXPECT_THAT(refused(R"({"gates": {"Grown": {"patches": [{"version": "1.30")" + spec), HasSubstr("a patch release"));
  EXPECT_THAT(refused(R"({"gates": {"Grown": {"patches": [{"version": "1.28.0")" + spec), HasSubstr("does not exist"));
  EXPECT_THAT(refused(R"({"gates": {"New": {"patches": [{"version": "1.30.0")" + spec), HasSubstr("has no specs"));
  EXPECT_FALSE(gates.known("New"));
}

TEST(FeatureGates, KnowFromWhichToWhichReleaseAGateExists) {
  const FeatureGates gates = table();
  EXPECT_EQ(gates.newest(), version("1.34"));
  EXPECT_EQ(gates.range("Grown")->first, version("1.29"));
  EXPECT_EQ(gates.range("Grown")->last, version("1.34"));
  EXPECT_EQ(gates.range("Old")->last, version("1.33")) << "removed in 1.34";
  EXPECT_FALSE(gates.range("Unheard"));
}

// Sources: data/gates-by-patch.json, which names the pull requests.
TEST(BuiltinFeatureGates, SayWhatEachPatchReleaseShippedByDefault) {
  struct Fact {
    const char* gate;
    const char* at;
    bool on;
  };
  const Fact facts[] = {{"DisableNodeKubeProxyVersion", "v1.30.5", false},
                        {"DisableNodeKubeProxyVersion", "v1.31.0", true},
                        {"DisableNodeKubeProxyVersion", "v1.31", true},
                        {"DisableNodeKubeProxyVersion", "v1.31.1", false},
                        {"DisableNodeKubeProxyVersion", "v1.33.0", true},
                        {"SchedulerQueueingHints", "v1.28.0", true},
                        {"SchedulerQueueingHints", "v1.28.5", true},
                        {"SchedulerQueueingHints", "v1.28.6", false},
                        {"SchedulerQueueingHints", "v1.29.0", false},
                        {"SchedulerQueueingHints", "v1.32.0", true},
                        {"LocalStorageCapacityIsolationFSQuotaMonitoring", "v1.24.17", false},
                        {"LocalStorageCapacityIsolationFSQuotaMonitoring", "v1.25.0", true},
                        {"LocalStorageCapacityIsolationFSQuotaMonitoring", "v1.25.1", false},
                        {"NewVolumeManagerReconstruction", "v1.27.1", true},
                        {"NewVolumeManagerReconstruction", "v1.27.2", false},
                        {"NewVolumeManagerReconstruction", "v1.28.0", true},
                        {"SELinuxMountReadWriteOncePod", "v1.26.0", false},
                        {"SELinuxMountReadWriteOncePod", "v1.27.1", true},
                        {"SELinuxMountReadWriteOncePod", "v1.27.2", false},
                        {"JobTrackingWithFinalizers", "v1.22.0", false},
                        {"JobTrackingWithFinalizers", "v1.23.0", true},
                        {"JobTrackingWithFinalizers", "v1.23.6", true},
                        {"JobTrackingWithFinalizers", "v1.23.7", false},
                        {"JobTrackingWithFinalizers", "v1.24.0", false},
                        {"JobTrackingWithFinalizers", "v1.25.0", true},
                        {"PodLifecycleSleepAction", "v1.32.0", true},
                        {"PLEGOnDemandRelist", "v1.36.0", true}};
  for (const Fact& fact : facts) {
    const auto spec = FeatureGates::builtin().at(fact.gate, version(fact.at));
    ASSERT_TRUE(spec) << fact.gate << " " << fact.at;
    EXPECT_EQ(spec->default_on, fact.on) << fact.gate << " " << fact.at;
  }
  const FeatureGates& gates = FeatureGates::builtin();
  EXPECT_FALSE(gates.at("PodLifecycleSleepAction", version("v1.32.0"))->locked) << "its GA was taken back before";
  EXPECT_TRUE(gates.at("JobTrackingWithFinalizers", version("1.26"))->locked);
  EXPECT_EQ(gates.at("NewVolumeManagerReconstruction", version("1.33")), std::nullopt);
  EXPECT_EQ(gates.at("DisableNodeKubeProxyVersion", version("v1.31.1"))->stage, GateStage::kDeprecated);
}

}  // namespace
}  // namespace graduand::catalogue
