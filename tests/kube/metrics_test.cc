// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/metrics.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <cmath>

namespace graduand::kube {
namespace {

constexpr const char* kPage =
    R"(# HELP kubernetes_feature_enabled [BETA] This metric records the data about the stage and enablement of a k8s feature.
# TYPE kubernetes_feature_enabled gauge
kubernetes_feature_enabled{name="PodLifecycleSleepAction",stage="BETA"} 1
kubernetes_feature_enabled{name="PodLifecycleSleepActionAllowZero",stage="ALPHA"} 0
kubernetes_feature_enabled{name="APISelfSubjectReview",stage=""} 1
# TYPE kubelet_sleep_action_terminated_early_total counter
kubelet_sleep_action_terminated_early_total 3
# TYPE apiserver_request_duration_seconds histogram
apiserver_request_duration_seconds_bucket{verb="GET",le="0.005"} 1.2345e+02
apiserver_request_duration_seconds_bucket{verb="GET",le="+Inf"} 130 1700000000000
go_gc_duration_seconds{quantile="0.5"} NaN
kubernetes_feature_enabled_total 9
escaped{path="C:\\dir\"x\"\n", other = "b",} -Inf
)";

TEST(ParseMetrics, ReadsAComponentsPage) {
  const auto samples = parse_metrics(kPage);
  ASSERT_TRUE(samples) << to_string(samples.error());
  EXPECT_EQ(samples->size(), 9u);
  EXPECT_EQ(sample_value(*samples, "kubelet_sleep_action_terminated_early_total"), 3);
  EXPECT_EQ(sample_value(*samples, "apiserver_request_duration_seconds_bucket", {{"le", "0.005"}}), 123.45);
  EXPECT_EQ(sample_value(*samples, "apiserver_request_duration_seconds_bucket", {{"le", "+Inf"}}), 130);
  EXPECT_TRUE(std::isnan(*sample_value(*samples, "go_gc_duration_seconds")));
  EXPECT_EQ(samples->back().labels.at("path"), "C:\\dir\"x\"\n");
  EXPECT_EQ(samples->back().value, -INFINITY);
  EXPECT_EQ(sample_value(*samples, "absent"), std::nullopt);
  EXPECT_EQ(sample_value(*samples, "go_gc_duration_seconds", {{"quantile", "0.9"}}), std::nullopt);
}

TEST(ParseMetrics, KeepsOnlyTheMetricThatWasAskedFor) {
  const auto samples = parse_metrics(kPage, "kubernetes_feature_enabled");
  ASSERT_TRUE(samples);
  EXPECT_EQ(samples->size(), 3u);
}

TEST(ParseMetrics, NamesTheLineThatIsWrong) {
  for (const char* line :
       {"a", "a{", "a{b} 1", "a{b=c} 1", "a{b=\"c} 1", "a{b=\"c\"", "a 1 2 3", "1a 1", "a 0x1", "a 1_",
        "a{b=\"\\q\"} 1", "a{b=\"1\",b=\"2\"} 1", "a{b=\"1\" c=\"2\"} 1", "a inf", "a 1e999"}) {
    const auto samples = parse_metrics("ok 1\n" + std::string(line) + "\n");
    ASSERT_FALSE(samples) << line;
    EXPECT_EQ(samples.error().kind, ErrorKind::kUsage);
    EXPECT_EQ(samples.error().where, "metrics:2");
  }
}

TEST(FeatureGates, AreReadFromThePage) {
  const auto gates = feature_gates_of(kPage);
  EXPECT_EQ(gates, (std::map<std::string, bool>{{"APISelfSubjectReview", true},
                                                {"PodLifecycleSleepAction", true},
                                                {"PodLifecycleSleepActionAllowZero", false}}));
  EXPECT_TRUE(feature_gates_of("up 1\n").empty());
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

RC_GTEST_PROP(ParseMetrics, GivesBackWhatWasWritten, (const std::map<int, std::string>& labels, int value)) {
  std::string line = "metric{";
  std::map<std::string, std::string> expected;
  for (const auto& [key, raw] : labels) {
    std::string text = raw;
    std::erase_if(text, [](char c) { return c == '\r'; });
    const auto name = "l" + std::to_string(static_cast<unsigned>(key));
    expected[name] = text;
    line += name + "=\"" + escaped(text) + "\",";
  }
  const auto samples = parse_metrics(line + "} " + std::to_string(value));
  RC_ASSERT(samples.has_value());
  RC_ASSERT(samples->size() == 1u);
  RC_ASSERT(samples->front().labels == expected);
  RC_ASSERT(samples->front().value == value);
}

RC_GTEST_PROP(ParseMetrics, NeverBreaksOnAnyText, (const std::string& text)) {
  (void)parse_metrics(text);
}

}  // namespace
}  // namespace graduand::kube
