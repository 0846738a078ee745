// SPDX-License-Identifier: Apache-2.0
#include "framework/results/foreign/junit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/results/junit.h"

namespace graduand::results {
namespace {

using testing::HasSubstr;
using State = JunitCase::State;

JunitReport read(std::string_view text) {
  auto report = parse_junit(text, "junit.xml");
  EXPECT_TRUE(report) << to_string(report.error());
  return report ? *std::move(report) : JunitReport{};
}

std::string refusal(std::string_view text) {
  const auto report = parse_junit(text, "junit.xml");
  EXPECT_FALSE(report);
  if (report) return {};
  EXPECT_EQ(report.error().kind, ErrorKind::kUsage);
  return to_string(report.error());
}

TEST(JunitReport, ReadsCasesOfAllSuites) {
  const JunitReport report = read(R"(<?xml version="1.0"?>
<testsuites tests="5"><properties/>
 <testsuite name="outer">
  <testcase name="a" classname="pkg" time="1.5"/>
  <testsuite name="inner"><testcase name="b"><system-out>noise</system-out>
    <failure message="got 3" type="x">got 3
 want 4 &lt; 5</failure></testcase></testsuite>
  <testcase name="c"><error message="it broke"><![CDATA[at <here>]]></error></testcase>
 </testsuite>
 <testsuite><testcase name="d"><skipped message="not here"/></testcase>
 <testcase name="e" time="soon"><skipped/></testcase></testsuite>
</testsuites>)");
  ASSERT_EQ(report.cases.size(), 5u);
  EXPECT_EQ(report.cases[0].state, State::kPassed);
  EXPECT_EQ(report.cases[0].classname, "pkg");
  EXPECT_EQ(report.cases[0].took, milliseconds(1500));
  EXPECT_EQ(report.cases[1].state, State::kFailed);
  EXPECT_EQ(report.cases[1].message, "got 3\n want 4 < 5");
  EXPECT_EQ(report.cases[2].state, State::kError);
  EXPECT_EQ(report.cases[2].message, "it broke\nat <here>");
  EXPECT_EQ(report.cases[3].state, State::kSkipped);
  EXPECT_EQ(report.cases[3].message, "not here");
  EXPECT_EQ(report.cases[4].took, milliseconds(0));
}

TEST(JunitReport, ASuiteMayBeTheRootAndEmpty) {
  EXPECT_TRUE(read("<testsuite/>").cases.empty());
  EXPECT_EQ(read("<testsuite><testcase/></testsuite>").cases.size(), 1u);
}

TEST(JunitReport, ReadsWhatWeWrite) {
  RunContents run;
  Attempt attempt;
  attempt.id = "r/c/s/x/1";
  attempt.suite = "s";
  attempt.case_id = "s/x";
  attempt.cell = "c";
  attempt.outcome = Outcome::kFailed;
  attempt.reason = "a < b & \"c\"";
  run.attempts.push_back(attempt);
  const JunitReport report = read(junit_xml(run));
  ASSERT_EQ(report.cases.size(), 1u);
  EXPECT_EQ(report.cases[0].state, State::kFailed);
  EXPECT_THAT(report.cases[0].message, HasSubstr("a < b & \"c\""));
}

TEST(JunitReport, RefusesWhatIsNone) {
  EXPECT_THAT(refusal(""), HasSubstr("junit.xml"));
  EXPECT_THAT(refusal("not xml"), HasSubstr("is no XML"));
  EXPECT_THAT(refusal("<testsuite>\n<testcase>"), HasSubstr("junit.xml:2"));
  EXPECT_THAT(refusal("<html/>"), HasSubstr("its root is <html>; expected <testsuites> or <testsuite>"));
  EXPECT_THAT(refusal(std::string(kJunitBytes + 1, ' ')), HasSubstr("longer than 16 MiB"));
}

TEST(JunitReport, EntitiesOfADocumentTypeAreNotExpanded) {
  std::string text = "<!DOCTYPE x [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 30; ++i)
    text += "<!ENTITY a" + std::to_string(i) + " \"&a" + std::to_string(i - 1) + ";&a" + std::to_string(i - 1) + ";\">";
  text += R"(<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite><testcase name="n"><failure>&a29;&f;</failure>)"
          "</testcase></testsuite>";
  const JunitReport report = read(text);
  ASSERT_EQ(report.cases.size(), 1u);
  EXPECT_EQ(report.cases[0].message, "&a29;&f;");
}

TEST(JunitReport, DepthAndWidthAreLimited) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<testsuite>";
  std::string closed = deep;
  for (int i = 0; i < 100000; ++i) closed += "</testsuite>";
  EXPECT_THAT(refusal(deep), HasSubstr("is no XML"));
  EXPECT_THAT(refusal(closed), HasSubstr("64 suites in one another"));
  std::string wide = "<testsuite>";
  for (int i = 0; i <= 100000; ++i) wide += "<testcase/>";
  EXPECT_THAT(refusal(wide + "</testsuite>"), HasSubstr("100000 test cases"));
  std::string unknown = "<testsuite>";
  for (int i = 0; i < 100000; ++i) unknown += "<a>";
  for (int i = 0; i < 100000; ++i) unknown += "</a>";
  EXPECT_TRUE(read(unknown + "</testsuite>").cases.empty());
}

TEST(JunitReport, TextsAreBoundedAndValid) {
  const JunitReport report = read("<testsuite><testcase name=\"\xff\"><failure>" + std::string(1u << 20, 'x') +
                                  "</failure></testcase></testsuite>");
  EXPECT_EQ(report.cases[0].name, "\xef\xbf\xbd");
  EXPECT_LE(report.cases[0].message.size(), 64u << 10);
}

}  // namespace
}  // namespace graduand::results
