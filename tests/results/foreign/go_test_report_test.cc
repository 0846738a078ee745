// SPDX-License-Identifier: Apache-2.0
#include "framework/results/foreign/go_test_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/text.h"

namespace graduand::results {
namespace {

using testing::HasSubstr;
using State = GoTest::State;

GoTestReport read(std::string_view text) {
  auto report = parse_go_test(text, "stdout.txt");
  EXPECT_TRUE(report) << to_string(report.error());
  return report ? *std::move(report) : GoTestReport{};
}

// As a test binary of Go 1.26 prints it with -test.v=test2json; ^ stands for the mark.
std::string marked(std::string text) {
  for (char& c : text)
    if (c == '^') c = '\x16';
  return text;
}

constexpr const char* kMarked =
    "before\n"
    "^=== RUN   TestA\n"
    "    a_test.go:10: about to begin\n"
    "^=== RUN   TestA/one\n"
    "^--- PASS: TestA/one (0.25s)\n"
    "^=== NAME  TestA\n"
    "^=== RUN   TestA/two_(2)\n"
    "    a_test.go:12: got 3, want 4\n"
    "        and more\n"
    "no newline^    --- FAIL: TestA/two_(2) (0.01s)\n"
    "^=== NAME  TestA\n"
    "^--- FAIL: TestA (1.50s)\n"
    "^=== RUN   TestB\n"
    "    b_test.go:3: not on this machine\n"
    "^--- SKIP: TestB (0.00s)\n"
    "^=== RUN   TestC\n"
    "--- PASS: TestC (0.00s)\n"
    "panic: oh\n";

TEST(GoTestReport, ReadsWhatATestBinaryPrints) {
  const GoTestReport report = read(marked(kMarked));
  ASSERT_EQ(report.tests.size(), 5u);
  EXPECT_EQ(report.find("TestA")->state, State::kFailed);
  EXPECT_EQ(report.find("TestA")->took, milliseconds(1500));
  EXPECT_EQ(report.find("TestA/one")->state, State::kPassed);
  EXPECT_EQ(report.find("TestA/two_(2)")->state, State::kFailed);
  EXPECT_THAT(report.find("TestA/two_(2)")->output, HasSubstr("no newline"));
  EXPECT_EQ(report.find("TestB")->state, State::kSkipped);
  EXPECT_EQ(report.find("TestC")->state, State::kRunning) << "a line without the mark is the test's own";
  EXPECT_THAT(report.find("TestC")->output, HasSubstr("panic: oh"));
  EXPECT_EQ(report.rest, "before\n");
  EXPECT_EQ(report.find("TestD"), nullptr);
}

TEST(GoTestReport, ReadsEventsAndPassesOverWhatTheGoCommandMixesIn) {
  const GoTestReport report = read(
      "# example/x\nFAIL example/y [build failed]\n"
      R"({"Time":"2026-11-26T06:30:40Z","Action":"start","Package":"p"})"
      "\n"
      R"({"Action":"run","Package":"p","Test":"TestA"})"
      "\n"
      R"({"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"})"
      "\n"
      R"({"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:4: no\n"})"
      "\n"
      R"({"Action":"output","Package":"p","Test":"TestA","Output":"--- FAIL: TestA (0.50s)\n"})"
      "\n"
      R"({"Action":"fail","Package":"p","Test":"TestA","Elapsed":0.5})"
      "\n"
      R"({"Action":"run","Package":"q","Test":"TestA"})"
      "\n"
      R"({"Action":"pass","Package":"q","Test":"TestA","Elapsed":1e-3})"
      "\n"
      R"({"Action":"attr","Package":"q","Test":"TestA","Key":"k","Value":"v"})"
      "\n"
      R"({"Action":"output","Package":"q","Output":"PASS\n"})"
      "\n{\"Action\":\"pass\",\"Package\":\"q\"");
  ASSERT_EQ(report.tests.size(), 2u) << "one in each package";
  EXPECT_EQ(report.tests[0].state, State::kFailed);
  EXPECT_EQ(report.tests[0].took, milliseconds(500));
  EXPECT_EQ(report.tests[0].output, "    a_test.go:4: no\n");
  EXPECT_EQ(report.tests[1].state, State::kPassed);
  EXPECT_EQ(report.rest, "PASS\n");
}

TEST(GoTestReport, AMarkThatIsNoTestsIsNotTakenForTheOtherForm) {
  const GoTestReport report = read(marked("oddly ^ marked\n") + R"({"Action":"run","Test":"TestA"})"
                                                                "\n"
                                                                R"({"Action":"pass","Test":"TestA"})");
  ASSERT_EQ(report.tests.size(), 1u);
  EXPECT_EQ(report.tests[0].state, State::kPassed);
}

TEST(GoTestReport, ARepeatedTestThatFailedOnceHasFailed) {
  const GoTestReport report =
      read(marked("^=== RUN   TestA\n^--- FAIL: TestA (1.00s)\n^=== RUN   TestA\n^--- PASS: TestA (2.00s)\n"));
  ASSERT_EQ(report.tests.size(), 1u);
  EXPECT_EQ(report.tests[0].state, State::kFailed);
  EXPECT_EQ(report.tests[0].took, milliseconds(3000));
}

TEST(GoTestReport, NothingAndNonsenseHaveNoTests) {
  for (const char* text : {"", "\n", "PASS\n", "{", "{}\n[]\n{\"Test\":\"A\"}", "\x16", "\x16=== RUN   ",
                           "\x16--- PASS: ", "\x16--- PASS: (0s)", "\x16--- GONE: TestA (0.0s)"})
    EXPECT_TRUE(read(text).tests.empty()) << text;
}

TEST(GoTestReport, OddTimesAreNone) {
  for (const char* time : {"-1", "1e300", "\"long\"", "null"}) {
    const GoTestReport report = read(std::string(R"({"Action":"pass","Test":"T","Elapsed":)") + time + "}");
    ASSERT_EQ(report.tests.size(), 1u) << time;
    EXPECT_EQ(report.tests[0].took, milliseconds(0)) << time;
  }
}

TEST(GoTestReport, AFloodIsCutToItsEnd) {
  std::string text = marked("^=== RUN   TestA\n");
  for (int i = 0; i < 20000; ++i) text += "line " + std::to_string(i) + "\n";
  const GoTestReport report = read(text + marked("^--- PASS: TestA (0.00s)\n"));
  EXPECT_LE(report.tests[0].output.size(), 64u << 10);
  EXPECT_THAT(report.tests[0].output, HasSubstr("\nline 19999\n"));
  EXPECT_TRUE(starts_with(report.tests[0].output, "line "));
}

TEST(GoTestReport, LimitsHold) {
  std::string many;
  for (int i = 0; i <= 100000; ++i) many += marked("^=== RUN   T") + std::to_string(i) + "\n";
  const auto refused = parse_go_test(many, "out.json");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(to_string(refused.error()), HasSubstr("out.json"));
  EXPECT_FALSE(parse_go_test(std::string(kGoTestBytes + 1, 'x'), "out.json"));
}

TEST(GoTestReport, OutputIsMadeValidUtf8) {
  EXPECT_EQ(read(marked("^=== RUN   TestA\n\xff\n")).tests[0].output, "\xef\xbf\xbd\n");
}

TEST(GoFailure, IsWhereTheOutputNamesItFirst) {
  GoTest test;
  test.output = "I1126 started\n    a_test.go:12: got 3, want 4\n        and more\n";
  Failure failure = go_failure(test);
  EXPECT_EQ(failure.file, "a_test.go");
  EXPECT_EQ(failure.line, 12);
  EXPECT_EQ(failure.message, "got 3, want 4\n        and more");
  test.output = "panic: x.go: of no line\n\tsee y.go:z: \n";
  failure = go_failure(test);
  EXPECT_EQ(failure.file, "");
  EXPECT_EQ(failure.message, "panic: x.go: of no line\n\tsee y.go:z:");
  test.output.clear();
  EXPECT_EQ(go_failure(test).message, "");
}

}  // namespace
}  // namespace graduand::results
