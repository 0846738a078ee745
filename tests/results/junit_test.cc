// SPDX-License-Identifier: Apache-2.0
#include "framework/results/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <pugixml.hpp>

#include "framework/base/processes/process.h"
#include "tests/paths.h"
#include "tests/results/sample_records.h"

namespace graduand::results {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

// What an independent validator says of it; empty when it is valid.
std::string xmllint_complaint(const std::string& xml) {
  ProcessSpec spec;
  spec.argv = {"xmllint", "--noout", "--schema", graduand::testing_support::source_dir() + "/tests/results/junit.xsd",
               "-"};
  spec.stdin_data = xml;
  spec.time_limit = seconds(20);
  const auto result = system_process_runner().run(spec);
  if (!result) return to_string(result.error());  // libxml2-utils is part of scripts/setup
  return result->ok() ? "" : describe_end(*result) + ": " + result->stderr_text;
}

RunContents sample() {
  RunContents contents;
  contents.run = sample_run();
  contents.instances = {sample_instance()};
  contents.attempts = {sample_attempt("works", 2, Outcome::kPassed),  sample_attempt("works", 1, Outcome::kFailed),
                       sample_attempt("skips", 1, Outcome::kSkipped), sample_attempt("hangs", 1, Outcome::kTimedOut),
                       sample_attempt("dies", 1, Outcome::kCrashed),  sample_attempt("infra", 1, Outcome::kInfraError),
                       sample_attempt("idle", 1, Outcome::kNotRun)};
  contents.attempts.push_back(sample_attempt("works", 1, Outcome::kPassed));
  contents.attempts.back().cell = "sleep-action/v1.34";
  return contents;
}

TEST(Junit, IsAsItWas) {
  const std::string path = graduand::testing_support::source_dir() + "/tests/golden/junit.xml";
  const std::string xml = junit_xml(sample());
  if (std::getenv("GRADUAND_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomically(path, xml));
  }
  const auto golden = read_file(path);
  ASSERT_TRUE(golden) << to_string(golden.error());
  EXPECT_EQ(xml, *golden) << "with GRADUAND_UPDATE_GOLDEN=1 this test writes the file anew";
}

TEST(Junit, IsValid) {
  EXPECT_EQ(xmllint_complaint(junit_xml(sample())), "");
  EXPECT_EQ(xmllint_complaint(junit_xml({})), "");
}

TEST(Junit, TheValidatorCanComplain) {
  std::string xml = junit_xml(sample());
  xml.replace(xml.find("<skipped"), 8, "<skippet");
  EXPECT_THAT(xmllint_complaint(xml), HasSubstr("exit code"));
  EXPECT_THAT(xmllint_complaint("<testsuites/>"), HasSubstr("required"));
}

TEST(Junit, CountsWhatIsThere) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit_xml(sample()).c_str()));
  const auto root = document.child("testsuites");
  EXPECT_EQ(root.attribute("tests").as_int(), 9);     // eight attempts and the cluster that was not ready
  EXPECT_EQ(root.attribute("failures").as_int(), 1);  // failed
  EXPECT_EQ(root.attribute("errors").as_int(), 4);    // timed-out, crashed, infra-error, and the cluster
  EXPECT_EQ(root.attribute("skipped").as_int(), 2);   // skipped, not-run
  int failures = 0, suites = 0;
  for (const auto& suite : root.children("testsuite")) {
    ++suites;
    for (const auto& testcase : suite.children("testcase")) failures += testcase.child("failure") ? 1 : 0;
  }
  EXPECT_EQ(suites, 3);
  EXPECT_EQ(failures, 1);
}

TEST(Junit, OnlyRepeatsAreNumbered) {
  const std::string xml = junit_xml(sample());
  EXPECT_THAT(xml, HasSubstr(R"(name="sleep/works [1]" classname="sleep-action/v1.33-on/sleep")"));
  EXPECT_THAT(xml, HasSubstr(R"(name="sleep/works [2]" classname="sleep-action/v1.33-on/sleep")"));
  EXPECT_THAT(xml, HasSubstr(R"(name="sleep/works" classname="sleep-action/v1.34/sleep")"));
  EXPECT_THAT(xml, HasSubstr(R"(name="sleep/skips" classname)"));
}

TEST(Junit, HostileTextStaysText) {
  const std::string hostile = "]]><failure/>&amp;\"'\x1b[31m\0\x01 \xff\xfe \xed\xa0\x80 \xef\xbf\xbe"s + "\n\ttail\r" +
                              std::string(100'000, 'x');
  RunContents contents = sample();
  contents.run.job = hostile;
  for (Attempt& attempt : contents.attempts) {
    attempt.reason = attempt.case_id = attempt.cell = attempt.suite = attempt.stdout_path = hostile;
    attempt.failures = {{hostile, 1, hostile, false}};
    attempt.measures = {{hostile, 1, hostile}};
  }
  contents.instances[0].message = contents.instances[0].cell.name = hostile;
  const std::string xml = junit_xml(contents);
  EXPECT_EQ(xmllint_complaint(xml), "");
  EXPECT_THAT(xml, HasSubstr("\uFFFD"));

  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(xml.c_str(), pugi::parse_full & ~pugi::parse_eol));
  const auto failure = document.select_node("//failure").node();
  EXPECT_THAT(failure.text().get(), HasSubstr("]]><failure/>&amp;\"'[31m"));
}

RC_GTEST_PROP(JunitProperty, AnyBytesMakeWellFormedXml, (const std::string& name, const std::string& text)) {
  RunContents contents = sample();
  for (Attempt& attempt : contents.attempts) {
    attempt.case_id = name;
    attempt.reason = text;
    attempt.failures = {{name, 0, text, false}};
  }
  pugi::xml_document document;
  RC_ASSERT(document.load_string(junit_xml(contents).c_str()));
}

}  // namespace
}  // namespace graduand::results
