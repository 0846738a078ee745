// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "tests/layering/source_rules.h"
#include "tests/paths.h"

namespace graduand::layering {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SourceRules, SeeEachOffence) {
  EXPECT_THAT(complaints_about("framework/base/x.cc", "\n#include \"framework/kube/client.h\"\n"),
              ElementsAre("framework/base/x.cc:2: base may not include framework/kube/client.h"));
  EXPECT_THAT(complaints_about("framework/new/x.cc", "#  include \"framework/base/text.h\""),
              ElementsAre("framework/new/x.cc:1: the folder 'new' is not in ARCHITECTURE.md's table"));
  EXPECT_THAT(
      complaints_about("framework/cluster/x.cc", "#include \"framework/kube/internal/http.h\""),
      ElementsAre("framework/cluster/x.cc:1: includes another folder's internals: framework/kube/internal/http.h"));
  EXPECT_THAT(complaints_about("framework/cluster/x.cc", "#include \"framework/cluster/kind/docker.h\""),
              ElementsAre("framework/cluster/x.cc:1: cluster may not include framework/cluster/kind/docker.h"));
  EXPECT_THAT(complaints_about("framework/cluster/kind/x.cc", "#include \"framework/cluster/providers/providers.h\""),
              ElementsAre("framework/cluster/kind/x.cc:1: cluster/kind may not include "
                          "framework/cluster/providers/providers.h"));
  EXPECT_THAT(complaints_about("suites/a/x.cc", "#include \"framework/runner/plan/plan.h\""),
              ElementsAre("suites/a/x.cc:1: suites may not include framework/runner/plan/plan.h"));
  EXPECT_THAT(complaints_about("framework/runner/cell_run.cc", "#include \"framework/runner/ginkgo/attempt.h\""),
              ElementsAre("framework/runner/cell_run.cc:1: only framework/runner/drivers.cc may include a driver's "
                          "framework/runner/ginkgo/attempt.h"));
  EXPECT_EQ(complaints_about("framework/runner/exec/x.cc", "#include \"framework/runner/gtest/suite.h\"").size(), 1u);
  EXPECT_EQ(complaints_about("framework/cli/run.cc", "#include \"framework/runner/gtest/suite.h\"").size(), 1u);
  for (const char* code :
       {"auto t = std::chrono::system_clock::now();", "steady_clock::now()", "sleep_for(1s);", "usleep(5);",
        "int i = rand();", "rand();", "std::regex r;", "popen(\"ls\")", "std::system(x)"})
    EXPECT_EQ(complaints_about("framework/runner/x.cc", code).size(), 1u) << code;
  EXPECT_EQ(complaints_about("framework/base/x.cc", std::string(401, '\n')).size(), 1u);
}

TEST(SourceRules, LeaveTheRestAlone) {
  EXPECT_THAT(
      complaints_about("framework/kube/x.cc",
                       "#include <regex.h>\n#include \"framework/base/text.h\"\n#include \"framework/kube/y.h\"\n"
                       "system_clock().now();  // not system_clock::now\nfilesystem(x); operand(y);\n"),
      IsEmpty());
  EXPECT_THAT(
      complaints_about("framework/cluster/transitions/versions/x.cc",
                       "#include \"framework/cluster/transitions/y.h\"\n#include \"framework/cluster/host.h\"\n"),
      IsEmpty());
  EXPECT_THAT(complaints_about("framework/base/x.cc", "std::chrono::system_clock::now();\n"), IsEmpty());
  EXPECT_THAT(complaints_about("framework/base/x.cc", std::string(400, '\n')), IsEmpty());
  for (const char* path : {"framework/runner/drivers.cc", "framework/runner/gtest/x.cc"})
    EXPECT_THAT(complaints_about(path, "#include \"framework/runner/gtest/suite.h\"\n"), IsEmpty()) << path;
  EXPECT_THAT(complaints_about("framework/cli/x.cc", "#include \"framework/runner/plan/plan.h\"\n"), IsEmpty());
}

TEST(SourceRules, SeeAFolderThatIsTooLarge) {
  EXPECT_THAT(complaints_about_folder("framework/new", 28), IsEmpty());
  EXPECT_THAT(complaints_about_folder("framework/new", 29),
              ElementsAre("framework/new: has 29 source files; 28 is the most"));
}

TEST(Layering, EverySourceFileKeepsTheRules) {
  const fs::path root = graduand::testing_support::source_dir();
  std::size_t seen = 0;
  std::vector<std::string> complaints;
  std::map<std::string, std::size_t> folders;
  for (const char* top : {"framework", "suites"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc")) continue;
      const auto content = read_file(entry.path());
      ASSERT_TRUE(content) << to_string(content.error());
      for (std::string& one : complaints_about(fs::relative(entry.path(), root).string(), *content))
        complaints.push_back(std::move(one));
      ++folders[fs::relative(entry.path().parent_path(), root).string()];
      ++seen;
    }
  }
  for (const auto& [folder, files] : folders)
    for (std::string& one : complaints_about_folder(folder, files)) complaints.push_back(std::move(one));
  EXPECT_GT(seen, 20u);
  EXPECT_TRUE(complaints.empty()) << join(complaints, "\n");
}

}  // namespace
}  // namespace graduand::layering
