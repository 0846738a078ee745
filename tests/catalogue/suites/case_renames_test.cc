// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/case_renames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/catalogue/suites/suite_file.h"

namespace graduand::catalogue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class CaseRenames : public testing::Test {
 protected:
  Result<SuiteFile> load(const std::string& kind, const std::string& renames) {
    const auto path = folder_.path() / "suite.yaml";
    EXPECT_TRUE(write_file_atomically(path, "name: s\nkind: " + kind + "\n" + renames + "\n"));
    return load_suite_file(path);
  }
  TempDir folder_ = TempDir::create("renames").value();
  const std::string gtest_ = "gtest\nbinary: s";
  const std::string ginkgo_ = "ginkgo\nbinaries: {v1.34: {path: e2e.test}}";
};

TEST_F(CaseRenames, AreWholeIdsWhicheverWayTheyAreWritten) {
  const auto suite = load(gtest_, "renames: {a: b, s/c: d, e/step: s/f/step}");
  ASSERT_TRUE(suite) << to_string(suite.error());
  EXPECT_THAT(suite->case_renames, ElementsAre(Pair("s/a", "s/b"), Pair("s/c", "s/d"), Pair("s/e/step", "s/f/step")));
}

TEST_F(CaseRenames, OfSpecsAreTheirStableTexts) {
  const auto suite =
      load(ginkgo_, R"(renames: {"[sig-node] old  text [Alpha]": "[sig-node] new text [FeatureGate:X]"})");
  ASSERT_TRUE(suite) << to_string(suite.error());
  EXPECT_THAT(suite->case_renames, ElementsAre(Pair("s/[sig-node] old text", "s/[sig-node] new text")));
  EXPECT_THAT(suite->ginkgo.renames, ElementsAre(Pair("[sig-node] old text", "[sig-node] new text")));
}

TEST_F(CaseRenames, TwoOldNamesMayHaveBecomeOne) {
  const auto suite = load(gtest_, "renames: {a: c, b: c}");
  ASSERT_TRUE(suite) << to_string(suite.error());
  EXPECT_EQ(suite->case_renames.size(), 2u);
}

TEST_F(CaseRenames, ChainsAndCyclesAreRefusedWithTheirPlace) {
  struct Mistake {
    std::string kind;
    const char* renames;
    const char* where;
    const char* message;
  };
  const Mistake mistakes[] = {
      {gtest_, "renames: {a: b, b: c}", ":4:14", "'b' is itself renamed"},
      {gtest_, "renames: {a: b, b: c}", ":4:14", "the case's present name: 'c'"},
      {gtest_, "renames: {a: b, b: a}", ":4:14", "'b' is itself renamed"},
      {gtest_, "renames: {a: a}", ":4:14", "'a' is itself renamed"},
      {gtest_, "renames: {a: s/b, s/b: c}", ":4:14", "'b' is itself renamed"},
      {gtest_, "renames: {a: b, s/a: c}", ":4:22", "renamed to another name"},
      {gtest_, "renames: {a: s/}", ":4:14", "expected a case's name"},
      {gtest_, "renames: {a: [b]}", ":4:14", "must be text"},
      {ginkgo_, "renames: {\"a [Beta]\": b, \"b [Alpha]\": c}", ":4:23", "'b' is itself renamed"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto suite = load(mistake.kind, mistake.renames);
    ASSERT_FALSE(suite) << mistake.renames;
    EXPECT_EQ(suite.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(suite.error().where, HasSubstr(std::string("suite.yaml") + mistake.where)) << mistake.renames;
    EXPECT_THAT(to_string(suite.error()), HasSubstr(mistake.message));
  }
}

}  // namespace
}  // namespace graduand::catalogue
