// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/exec/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/runner/exec/suite.h"

namespace graduand::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(std::string_view text) {
  const auto names = read_case_names(text);
  EXPECT_FALSE(names) << text;
  return names ? std::string() : names.error().message;
}

TEST(ReadCaseNames, OneALine) {
  EXPECT_THAT(read_case_names("TestA\n\n  a b/c (d)  \r\nTest\u00c4").value(),
              ElementsAre("TestA", "a b/c (d)", "Test\u00c4"));
}

TEST(ReadCaseNames, WhatIsNoNameIsToldWithItsLine) {
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("\n \n"), HasSubstr("is empty"));
  EXPECT_THAT(refusal("a\nb\na\n"), HasSubstr("line 3 of the list of cases names 'a' for the second time"));
  EXPECT_THAT(refusal("a\n\xff\n"), HasSubstr("line 2 of the list of cases is no text in UTF-8"));
  EXPECT_THAT(refusal("\x1b[31mred"), HasSubstr("line 1"));
  EXPECT_THAT(refusal(std::string(301, 'x')), HasSubstr("more than 300 bytes"));
  std::string many;
  for (int i = 0; i <= 100000; ++i) many += std::to_string(i) + "\n";
  EXPECT_THAT(refusal(many), HasSubstr("line 100001"));
}

class ExecListing : public testing::Test {
 protected:
  FakeProcessRunner processes_;
  catalogue::SuiteFile file_;
  ProcessSpec asked_;

  void SetUp() override {
    file_.name = "s";
    file_.kind = catalogue::SuiteKind::kExec;
    file_.path = "/suites/s/suite.yaml";
    file_.exec.folder = "/suites/s";
    file_.exec.run = {"/suites/s/run", "{case}"};
    file_.exec.list = {"/suites/s/run", "--list={suite}/x"};
    file_.exec.time_limit = seconds(7);
  }
  void answers(const std::string& output, int exit_code = 0) {
    processes_.on({"/suites/s/run"}, [=, this](const ProcessSpec& spec) {
      asked_ = spec;
      ProcessResult result;
      result.exit_code = exit_code;
      result.stdout_text = output;
      result.stderr_text = "no such option";
      return result;
    });
  }
  LoadedSuite load() {
    auto loaded = load_exec_suite(file_, processes_, {}, {});
    EXPECT_TRUE(loaded) << to_string(loaded.error());
    return loaded ? loaded->at(0) : LoadedSuite{};
  }
};

TEST_F(ExecListing, RulesAddToTheCasesThatTheyFit) {
  answers("one\ntwo\n");
  catalogue::CaseRule all, two;
  all.pattern = "o";
  all.labels = {"L"};
  all.needs = {"nodes >= 2"};
  two.name = "two";
  two.labels = {"L", "M"};
  two.features = {"F"};
  two.images = {"r/i:1"};
  two.time_limit = seconds(9);
  two.disruptive = two.serial = true;
  file_.exec.cases = {all, two};
  const LoadedSuite suite = load();
  EXPECT_THAT(asked_.argv, ElementsAre("/suites/s/run", "--list=/suites/s/x"));
  EXPECT_EQ(suite.unavailable, "");
  EXPECT_THAT(suite.revision, HasSubstr("exec "));
  ASSERT_EQ(suite.cases.size(), 2u);
  EXPECT_EQ(suite.cases[0].id, "s/one");
  EXPECT_THAT(suite.cases[0].labels, ElementsAre("L"));
  EXPECT_EQ(suite.cases[0].time_limit, seconds(7));
  EXPECT_FALSE(suite.cases[0].serial);
  EXPECT_EQ(suite.cases[1].name, "two");
  EXPECT_THAT(suite.cases[1].labels, ElementsAre("L", "M"));
  EXPECT_THAT(suite.cases[1].needs, ElementsAre("nodes >= 2"));
  EXPECT_THAT(suite.cases[1].features, ElementsAre("F"));
  EXPECT_THAT(suite.cases[1].images, ElementsAre("r/i:1"));
  EXPECT_EQ(suite.cases[1].time_limit, seconds(9));
  EXPECT_TRUE(suite.cases[1].disruptive && suite.cases[1].serial);
}

TEST_F(ExecListing, WithoutACommandTheNamedCasesAreThose) {
  file_.exec.list.clear();
  catalogue::CaseRule one, all;
  one.name = "one";
  all.pattern = ".";
  all.labels = {"L"};
  file_.exec.cases = {one, all};
  const LoadedSuite suite = load();
  ASSERT_EQ(suite.cases.size(), 1u);
  EXPECT_THAT(suite.cases[0].labels, ElementsAre("L"));
  EXPECT_THAT(processes_.calls(), IsEmpty());
}

TEST_F(ExecListing, ARuleThatFitsNothingMeantSomethingElse) {
  answers("one\ntwo\n");
  catalogue::CaseRule rule;
  rule.name = "tow";
  file_.exec.cases = {rule};
  EXPECT_THAT(load().unavailable, HasSubstr("'tow', which is not listed"));
  rule.name.clear();
  rule.pattern = "^x";
  file_.exec.cases = {rule};
  EXPECT_THAT(load().unavailable, HasSubstr("no case fits the pattern '^x'"));
}

TEST_F(ExecListing, ASuiteThatCannotBeAskedIsUnavailable) {
  answers("one\n", 2);
  LoadedSuite suite = load();
  EXPECT_TRUE(suite.cases.empty());
  EXPECT_THAT(suite.unavailable,
              testing::AllOf(HasSubstr("/suites/s/suite.yaml"), HasSubstr("exit code 2"), HasSubstr("no such option")));
  EXPECT_TRUE(suite.fits({1, 34, 0, {}}));
  file_.exec.missing = "the environment variable X is not set";
  EXPECT_EQ(load().unavailable, "the environment variable X is not set");
}

TEST_F(ExecListing, ARenamedCaseMayNotBeThereAnyMore) {
  answers("old\nnew\n");
  file_.case_renames = {{"s/old", "s/new"}};
  EXPECT_THAT(load().unavailable, HasSubstr("s/old is renamed to s/new, and still there"));
}

TEST_F(ExecListing, AnInterruptionIsAnError) {
  processes_.on({"/suites/s/run"}, [](const ProcessSpec&) {
    ProcessResult result;
    result.cancelled = true;
    return result;
  });
  const auto loaded = load_exec_suite(file_, processes_, {}, {});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace graduand::runner
