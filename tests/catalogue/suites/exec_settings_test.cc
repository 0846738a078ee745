// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/exec_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/catalogue/suites/suite_yaml.h"

namespace graduand::catalogue {
namespace {

using testing::ElementsAre;
using testing::Pair;

class ExecSettingsTest : public SuiteYamlTest {
 protected:
  ExecSettingsTest() : SuiteYamlTest("name: smoke\nkind: exec\n") {}
};

TEST_F(ExecSettingsTest, EverythingIsRead) {
  const auto suite = load(R"(sig: sig-testing
run: [./bin/smoke.sh, "--case={case-regex}", "{kubeconfig}"]
list: ["{suite}/bin/smoke.sh", --list]
results: junit
results-file: "{artifacts}/junit.xml"
environment: {NS: "{namespace}"}
working-directory: testdata
time-limit: 30s
renames: {"old": "new"}
cases:
  - {name: one, description: the first, features: [Sleep], labels: [slow], needs: [nodes >= 2], images: [r/a:1]}
  - {pattern: "^t", time-limit: 5m, disruptive: true}
features:
  - name: Sleep
    gates: [PodLifecycleSleepAction]
)");
  ASSERT_TRUE(suite) << to_string(suite.error());
  EXPECT_EQ(suite->kind, SuiteKind::kExec);
  const ExecSettings& settings = suite->exec;
  const std::string program = (dir_.path() / "bin/smoke.sh").string();
  EXPECT_THAT(settings.run, ElementsAre(program, "--case={case-regex}", "{kubeconfig}"));
  EXPECT_THAT(settings.list, ElementsAre(program, "--list"));
  EXPECT_EQ(settings.results, ExecResults::kJunit);
  EXPECT_EQ(settings.results_file, "{artifacts}/junit.xml");
  EXPECT_THAT(settings.environment, ElementsAre(Pair("NS", "{namespace}")));
  EXPECT_EQ(settings.working_directory, "testdata");
  EXPECT_EQ(settings.time_limit, seconds(30));
  EXPECT_EQ(settings.folder, dir_.path());
  EXPECT_EQ(settings.missing, "");
  EXPECT_THAT(suite->case_renames, ElementsAre(Pair("smoke/old", "smoke/new")));
  ASSERT_EQ(settings.cases.size(), 2u);
  EXPECT_EQ(settings.cases[0].name, "one");
  EXPECT_THAT(settings.cases[0].features, ElementsAre("Sleep"));
  EXPECT_THAT(settings.cases[0].needs, ElementsAre("nodes >= 2"));
  EXPECT_EQ(settings.cases[1].pattern, "^t");
  EXPECT_EQ(settings.cases[1].time_limit, std::chrono::minutes(5));
  EXPECT_TRUE(settings.cases[1].serial) << "what is disruptive runs alone";
}

TEST_F(ExecSettingsTest, AProgramWithoutASlashIsOnThePathAndVariablesStandForTheirValues) {
  ::unsetenv("GRADUAND_TEST_TOOLS");
  const std::string rest = "\nresults: exit-code\nskipped-exit-code: 77\ncases: [{name: a}]\n";
  auto suite = load("run: [sh, -c, 'echo ${GRADUAND_TEST_TOOLS}']" + rest);
  ASSERT_TRUE(suite) << to_string(suite.error());
  EXPECT_THAT(suite->exec.run, ElementsAre("sh", "-c", "echo ${GRADUAND_TEST_TOOLS}"));
  EXPECT_EQ(suite->exec.missing, "");
  EXPECT_EQ(suite->exec.skipped_exit_code, 77);
  suite = load("run: ['${GRADUAND_TEST_TOOLS}/a']" + rest);
  ASSERT_TRUE(suite);
  EXPECT_EQ(suite->exec.missing, "the environment variable GRADUAND_TEST_TOOLS is not set");
  ::setenv("GRADUAND_TEST_TOOLS", "/opt", 1);
  EXPECT_THAT(load("run: ['${GRADUAND_TEST_TOOLS}/a']" + rest)->exec.run, ElementsAre("/opt/a"));
  ::unsetenv("GRADUAND_TEST_TOOLS");
}

TEST_F(ExecSettingsTest, AnExitCodeIsAVerdictOnlyWhereTheAuthorSaysSo) {
  expect_mistake("run: [a]\ncases: [{name: a}]\n", "1:1", "results");
}

TEST_F(ExecSettingsTest, MistakesAreToldWithTheirPlace) {
  const std::string rest = "\nresults: exit-code\ncases: [{name: a}]\n";
  expect_mistake("results: exit-code\ncases: [{name: a}]\n", "1:1", "needs the command that runs a case");
  expect_mistake("run: ['']" + rest, "3:6", "expected a program first");
  expect_mistake("run: [a, '{cas}']" + rest, "3:6", "did you mean 'case'?");
  expect_mistake("run: [a, '{case}']\nlist: [a, '{case}']" + rest, "4:7", "there are {suite}");
  expect_mistake("run: [a]\nenvironment: {X: '{kubconfig}'}" + rest, "4:14", "did you mean 'kubeconfig'?");
  expect_mistake("run: [a]\nresults: exitcode\ncases: [{name: a}]\n", "4:10", "did you mean 'exit-code'?");
  expect_mistake("run: [a]\nskipped-exit-code: 0" + rest, "4:20", "expected 1 to 255");
  expect_mistake("run: [a]\nskipped-exit-code: 256" + rest, "4:20", "expected 1 to 255");
  expect_mistake("run: [a]\nresults-file: '{artifacts}/x'" + rest, "4:15", "exit-code reads no file");
  expect_mistake("run: [a]\nresults: junit\ncases: [{name: a}]\n", "1:1", "needs the file that the program writes");
  expect_mistake("run: [a]\nresults: junit\nresults-file: /tmp/x.xml\ncases: [{name: a}]\n", "5:15",
                 "left from an earlier attempt");
  expect_mistake("run: [a]\nresults: go-test\nskipped-exit-code: 3\ncases: [{name: a}]\n", "5:20",
                 "only results: exit-code");
  expect_mistake("run: [a]\nresults: exit-code\n", "1:1", "expected a command in `list`, or cases with names");
  expect_mistake("run: [a]\nresults: exit-code\ncases: [{pattern: x}]\n", "5:8", "cases with names");
  expect_mistake("run: [a]\ntime-limit: 0s" + rest, "4:13", "more than nothing");
  expect_mistake("run: [a]\nbinary: x" + rest, "4:", "binary");
}

TEST_F(ExecSettingsTest, MistakesInCasesAreToldWithTheirPlace) {
  const std::string head = "run: [a, '{case}']\nresults: exit-code\nfeatures: [{name: Sleep}]\ncases:\n";
  expect_mistake(head + "  - {labels: [x]}\n", "7:5", "expected a name or a pattern");
  expect_mistake(head + "  - {name: a, pattern: b}\n", "7:12", "and not both");
  expect_mistake(head + "  - {name: a}\n  - {name: a}\n", "8:12", "is here twice");
  expect_mistake(head + "  - {pattern: '('}\n", "7:15", "no regular expression");
  expect_mistake(head + "  - {name: a, needs: [much]}\n", "7:22", "much");
  expect_mistake(head + "  - {name: a, features: [Slep]}\n", "7:25", "did you mean 'Sleep'?");
  expect_mistake(head + "  - {name: a, label: [x]}\n", "7:", "did you mean 'labels'?");
}

TEST_F(ExecSettingsTest, TheCommandSaysWhichCaseItRuns) {
  expect_mistake("run: [a]\nresults: exit-code\nlist: [b]\n", "3:6", "says nowhere which case it is to run");
  EXPECT_TRUE(load("run: [a]\nenvironment: {WHICH: '{case}'}\nresults: exit-code\nlist: [b]\n"));
  EXPECT_TRUE(load("run: [a]\nresults: exit-code\ncases: [{name: a}]\n")) << "there is only one";
}

}  // namespace
}  // namespace graduand::catalogue
