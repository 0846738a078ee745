// SPDX-License-Identifier: Apache-2.0
#include "framework/results/foreign/ginkgo_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand::results {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// As Ginkgo 2.21 writes it, cut down to members that matter and a few that do not.
constexpr const char* kReport = R"([{
  "SuitePath": "/src", "SuiteDescription": "Kubernetes e2e suite", "SuiteSucceeded": false,
  "SpecialSuiteFailureReasons": ["Suite Timeout Elapsed"], "StartTime": "2026-11-24T10:00:01.5Z",
  "SuiteConfig": {"RandomSeed": 1},
  "SpecReports": [
    {"LeafNodeType": "BeforeSuite", "State": "passed", "RunTime": 2500000000, "ParallelProcess": 1},
    {"ContainerHierarchyTexts": ["[sig-node] Pods", "", "when deleted"], "LeafNodeText": "go away", "LeafNodeType": "It",
     "ContainerHierarchyLabels": [["sig-node"], null, ["Slow", "sig-node"]], "LeafNodeLabels": ["Conformance"],
     "LeafNodeLocation": {"FileName": "k8s.io/e2e/pods.go", "LineNumber": 42}, "State": "failed", "NumAttempts": 2,
     "StartTime": "2026-11-24T10:00:02Z", "RunTime": 1234000000, "CapturedGinkgoWriterOutput": "said",
     "Failure": {"Message": "no pod", "Location": {"FileName": "pods.go", "LineNumber": 44}},
     "AdditionalFailures": [
       {"State": "failed", "Failure": {"Message": "Failure recorded during attempt 1:\nfirst"}},
       {"State": "panicked", "Failure": {"Message": "Test Panicked", "ForwardedPanic": "nil map"}}]},
    {"ContainerHierarchyTexts": ["other"], "LeafNodeText": "is left out", "LeafNodeType": "It", "State": "skipped",
     "NumAttempts": 0},
    {"ContainerHierarchyTexts": ["other"], "LeafNodeText": "skips", "LeafNodeType": "It", "State": "skipped",
     "NumAttempts": 1, "Failure": {"Message": "not here"}},
    {"ContainerHierarchyTexts": ["other"], "LeafNodeText": "waits", "LeafNodeType": "It", "State": "pending"}]}])";

TEST(GinkgoReport, IsRead) {
  const auto report = parse_ginkgo_report(kReport, "report.json");
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->description, "Kubernetes e2e suite");
  EXPECT_FALSE(report->succeeded);
  EXPECT_THAT(report->special_reasons, ElementsAre("Suite Timeout Elapsed"));
  EXPECT_EQ(format_rfc3339(report->started).substr(0, 19), "2026-11-24T10:00:01");
  ASSERT_EQ(report->nodes.size(), 5u);
  EXPECT_FALSE(report->nodes[0].is_spec());
  EXPECT_EQ(report->nodes[0].took, milliseconds(2500));
  const GinkgoNode& failed = report->nodes[1];
  EXPECT_EQ(failed.name, "[sig-node] Pods when deleted go away");
  EXPECT_THAT(failed.labels, ElementsAre("sig-node", "Slow", "Conformance"));
  EXPECT_EQ(failed.file, "k8s.io/e2e/pods.go");
  EXPECT_EQ(failed.line, 42);
  EXPECT_EQ(failed.message, "no pod");
  EXPECT_EQ(failed.failure_line, 44);
  EXPECT_EQ(failed.output, "said");
  ASSERT_EQ(failed.failed_tries.size(), 1u);
  EXPECT_THAT(failed.failed_tries[0].message, HasSubstr("first"));
  ASSERT_EQ(failed.more.size(), 1u);
  EXPECT_EQ(failed.more[0].message, "Test Panicked: nil map");
}

TEST(GinkgoReport, TellsWhatWasMeantToRun) {
  const auto report = parse_ginkgo_report(kReport, "report.json").value();
  EXPECT_TRUE(report.nodes[1].selected());
  EXPECT_FALSE(report.nodes[2].selected()) << "left out by a filter";
  EXPECT_TRUE(report.nodes[3].selected()) << "skipped itself";
  EXPECT_FALSE(report.nodes[4].selected()) << "pending";
}

TEST(GinkgoReport, LosesWhatWasLeftOut) {
  json::value document = parse_json(kReport).value();
  drop_unselected_specs(document);
  const auto report = ginkgo_report_from_json(document, "report.json").value();
  std::vector<std::string> names;
  for (const GinkgoNode& node : report.nodes) names.push_back(node.name);
  EXPECT_THAT(names, ElementsAre("", "[sig-node] Pods when deleted go away", "other skips", "other waits"));
}

TEST(GinkgoReport, RefusesWhatIsNone) {
  const std::string whole = kReport;
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{}"), std::string("[{}]"),
                                  std::string("[1]"), whole.substr(0, whole.size() / 2), whole + "x",
                                  "[" + whole.substr(1, whole.size() - 2) + "," + whole.substr(1)}) {
    const auto report = parse_ginkgo_report(text, "report.json");
    ASSERT_FALSE(report) << text.substr(0, 40);
    EXPECT_EQ(report.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(report.error().where, HasSubstr("report.json"));
  }
}

TEST(GinkgoReport, KeepsTextsWithinLimits) {
  const std::string large(3u << 20, 'x');
  const auto node = ginkgo_node_from_json(
      json::object{{"LeafNodeType", "It"}, {"LeafNodeText", "a"}, {"CapturedStdOutErr", large}, {"State", "passed"}});
  ASSERT_TRUE(node);
  EXPECT_LT(node->output.size(), (1u << 20) + 100);
}

RC_GTEST_PROP(GinkgoReport, SurvivesEveryByteChange, ()) {
  std::string text = kReport;
  const auto changes = *rc::gen::inRange(1, 8);
  for (int i = 0; i < changes; ++i) text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
  const auto report = parse_ginkgo_report(text, "report.json");
  RC_ASSERT(report || report.error().kind == ErrorKind::kUsage);
}

}  // namespace
}  // namespace graduand::results
