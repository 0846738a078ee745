// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/plan/suite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "framework/base/files.h"

namespace graduand::runner {
namespace {

using testing::HasSubstr;

catalogue::SuiteFile file(const std::string& name) {
  catalogue::SuiteFile made;
  made.name = name;
  made.binary = "/suites/" + name + "/" + name;
  made.path = "/suites/" + name + "/suite.yaml";
  return made;
}

catalogue::CaseInfo info(const std::string& suite, const std::string& name) {
  catalogue::CaseInfo made;
  made.suite = suite;
  made.id = suite + "/" + name;
  made.name = name;
  return made;
}

std::string listing(const std::string& suite, const std::vector<catalogue::CaseInfo>& cases) {
  json::array list;
  for (const auto& one : cases) list.push_back(one.to_json());
  return json::serialize(json::object{{"suite", suite}, {"revision", "abc"}, {"cases", list}});
}

struct LoadSuites : testing::Test {
  FakeProcessRunner processes;
  void answers(const std::string& suite, const std::string& output, int exit_code = 0) {
    processes.on({"/suites/" + suite + "/" + suite, "--list-cases"}, [=](const ProcessSpec& spec) {
      EXPECT_EQ(spec.time_limit, seconds(10));
      ProcessResult result;
      result.exit_code = exit_code;
      result.stdout_text = output;
      result.stderr_text = "why not";
      return result;
    });
  }
  Error error_of(const std::vector<catalogue::SuiteFile>& files) {
    auto loaded = load_suites(files, processes);
    EXPECT_FALSE(loaded);
    return loaded ? Error{} : loaded.error();
  }
};

TEST_F(LoadSuites, AsksEachProgram) {
  auto disruptive = info("a", "flip");
  disruptive.disruptive = true;
  answers("a", listing("a", {info("a", "x"), disruptive}));
  answers("b", listing("b", {info("b", "y")}));
  auto loaded = load_suites({file("a"), file("b")}, processes);
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  ASSERT_EQ(loaded->size(), 2u);
  EXPECT_EQ(loaded->at(0).revision, "abc");
  ASSERT_EQ(loaded->at(0).cases.size(), 2u);
  EXPECT_TRUE(loaded->at(0).cases[1].serial) << "disruptive implies serial";
}

TEST_F(LoadSuites, ErrorsNameTheSuiteFile) {
  answers("a", "", 2);
  Error error = error_of({file("a")});
  EXPECT_EQ(error.kind, ErrorKind::kUsage);
  EXPECT_EQ(error.where, "/suites/a/suite.yaml");
  EXPECT_THAT(error.message, HasSubstr("exit code 2"));
  EXPECT_THAT(error.message, HasSubstr("why not"));
  error = error_of({file("absent")});
  EXPECT_EQ(error.kind, ErrorKind::kUsage);
  EXPECT_EQ(error.where, "/suites/absent/suite.yaml");
}

TEST_F(LoadSuites, RefusesAnswersThatAreNone) {
  answers("a", "hello");
  answers("b", R"({"suite": "b"})");
  answers("c", listing("other", {}));
  answers("d", R"({"suite": "d", "cases": [{"nonsense": 1}]})");
  answers("e", listing("e", {info("f", "x")}));
  auto bad_need = info("g", "x");
  bad_need.needs = {"a better world"};
  answers("g", listing("g", {bad_need}));
  for (const char* name : {"a", "b", "c", "d", "e", "g"})
    EXPECT_EQ(error_of({file(name)}).kind, ErrorKind::kUsage) << name;
  EXPECT_THAT(error_of({file("g")}).message, HasSubstr("g/x"));
}

TEST_F(LoadSuites, RefusesARenamedCaseThatIsStillThere) {
  answers("a", listing("a", {info("a", "old"), info("a", "new")}));
  auto renaming = file("a");
  renaming.case_renames = {{"a/old", "a/new"}};
  const Error error = error_of({renaming});
  EXPECT_EQ(error.kind, ErrorKind::kUsage);
  EXPECT_THAT(error.message, HasSubstr("a/old is renamed to a/new, and still there"));
  renaming.case_renames = {{"a/older", "a/new"}};
  EXPECT_TRUE(load_suites({renaming}, processes));
}

TEST_F(LoadSuites, RefusesACaseThatIsListedTwice) {
  answers("a", listing("a", {info("a", "x"), info("a", "x")}));
  EXPECT_THAT(error_of({file("a")}).message, HasSubstr("a/x is listed twice"));
}

TEST(SelectCases, SpecsOfNoFeatureOnlyWhenAskedFor) {
  std::vector<LoadedSuite> suites(1);
  suites[0].file.name = "e2e";
  suites[0].foreign = true;
  suites[0].cases = {info("e2e", "x"), info("e2e", "y")};
  suites[0].cases[0].features = {"F"};
  EXPECT_EQ(select_cases(suites, {}).size(), 1u);
  EXPECT_EQ(select_cases(suites, {.all_specs = true}).size(), 2u);
}

TEST(SelectCases, ByDerivedLabelsAndSuite) {
  std::vector<LoadedSuite> suites(2);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string name = i == 0 ? "a" : "b";
    suites[i].file.name = name;
    suites[i].cases = {info(name, "x"), info(name, "y")};
    suites[i].cases[0].features = {"F"};
    suites[i].cases[1].serial = true;
  }
  const auto names = [&](const std::string& filter, const std::vector<std::string>& only = {}) {
    std::vector<std::string> ids;
    for (const auto& one : select_cases(suites, {catalogue::LabelFilter::parse(filter).value(), only})) {
      EXPECT_EQ(one.info->suite, one.suite->file.name);
      ids.push_back(one.info->id);
    }
    return ids;
  };
  EXPECT_THAT(names(""), testing::ElementsAre("a/x", "a/y", "b/x", "b/y"));
  EXPECT_THAT(names("FeatureGate:F"), testing::ElementsAre("a/x", "b/x"));
  EXPECT_THAT(names("Serial", {"b"}), testing::ElementsAre("b/y"));
  EXPECT_THAT(names("Slow"), testing::IsEmpty());
}

TEST(CasesOfFeature, AreThoseOfEverySuiteThatSpeaksForItOnce) {
  std::vector<LoadedSuite> suites(3);
  suites[0].file = file("a");
  suites[0].cases = {info("a", "x"), info("a", "other")};
  suites[0].cases[0].features = {"E", "F"};
  suites[0].cases[1].features = {"E"};
  suites[0].file.case_renames = {{"a/old", "a/x"}};
  for (std::size_t binary = 1; binary < 3; ++binary) {
    suites[binary].file = file("e2e");
    suites[binary].kubernetes = catalogue::KubeVersion::parse(binary == 1 ? "v1.33" : "v1.34").value();
    suites[binary].file.case_renames = {{"e2e/old", "e2e/spec"}};
    suites[binary].cases = {info("e2e", "spec")};
    suites[binary].cases[0].features = {"F"};
  }
  suites[2].cases.push_back(info("e2e", "of the newer binary"));
  suites[2].cases[1].features = {"F"};
  std::vector<std::string> ids;
  for (const auto& one : cases_of_feature(suites, "F")) ids.push_back(one.id);
  EXPECT_THAT(ids, testing::ElementsAre("a/x", "e2e/spec", "e2e/of the newer binary"));
  EXPECT_THAT(renames_of(suites),
              testing::ElementsAre(testing::Pair("a/old", "a/x"), testing::Pair("e2e/old", "e2e/spec")));
  EXPECT_EQ(files_of(suites).size(), 2u);
  EXPECT_TRUE(cases_of_feature(suites, "G").empty());
}

TEST(DefaultSuiteFolders, BesideTheProgramOrFromTheEnvironment) {
  ::unsetenv("GRADUAND_SUITES");
  ASSERT_EQ(default_suite_folders().size(), 1u);
  EXPECT_EQ(default_suite_folders()[0].filename(), "suites");
  ::setenv("GRADUAND_SUITES", "/one::/two", 1);
  EXPECT_THAT(default_suite_folders(), testing::ElementsAre("/one", "/two"));
  ::unsetenv("GRADUAND_SUITES");
}

TEST(DefaultFeatureFolders, AreBesideAndInTheFoldersOfSuitesOrFromTheEnvironment) {
  ::unsetenv("GRADUAND_FEATURES");
  const TempDir dir = TempDir::create("features").value();
  const auto root = std::filesystem::canonical(dir.path());
  for (const char* folder : {"suites/features", "features", "others"})
    std::filesystem::create_directories(root / folder);
  EXPECT_THAT(default_feature_folders({root / "suites"}),
              testing::ElementsAre(root / "features", root / "suites/features"));
  EXPECT_THAT(default_feature_folders({root / "suites/", root / "others"}),
              testing::ElementsAre(root / "features", root / "suites/features"));
  EXPECT_THAT(default_feature_folders({root / "suites/features/none"}), testing::IsEmpty());
  ::setenv("GRADUAND_FEATURES", "/one::/two", 1);
  EXPECT_THAT(default_feature_folders({root / "suites"}), testing::ElementsAre("/one", "/two"));
  ::unsetenv("GRADUAND_FEATURES");
}

}  // namespace
}  // namespace graduand::runner
