// SPDX-License-Identifier: Apache-2.0
// What the documents name is there: files of the tree, and programs that are built.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "framework/base/files.h"
#include "framework/base/processes/process.h"
#include "framework/base/text.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using testing_support::binary_dir;
using testing_support::source_dir;

constexpr const char* kDocuments[] = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"};

// Words of code and addresses of links.
std::set<std::string> named_in(const std::string& document) {
  static const std::regex kPath("[A-Za-z0-9_.*-]+(/[A-Za-z0-9_.*{},<>-]+)+");
  std::set<std::string> words;
  const std::string text = read_file(fs::path(source_dir()) / document).value();
  for (auto at = std::sregex_iterator(text.begin(), text.end(), kPath); at != std::sregex_iterator(); ++at)
    words.insert(at->str());
  return words;
}

// Whether a file of the folder has a name like "gate-cycle-*".
bool is_there(const fs::path& folder, const std::string& pattern) {
  const auto star = pattern.find('*');
  if (star == std::string::npos) return fs::exists(folder / pattern);
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(pattern.substr(0, star)) && name.ends_with(pattern.substr(star + 1))) return true;
  }
  return false;
}

TEST(Documents, NameFilesThatAreThere) {
  int seen = 0;
  for (const char* document : kDocuments)
    for (std::string name : named_in(document)) {
      static const std::set<std::string> kTops = {"scripts", "kind-configs", "policies", "features", "suites", "tests"};
      if (!kTops.contains(name.substr(0, name.find('/'))) || name.find_first_of("<>{}") != std::string::npos) continue;
      while (name.ends_with('.') || name.ends_with('/')) name.pop_back();
      const fs::path path = fs::path(source_dir()) / name;
      // A program or a file pair may be named without its ending.
      const bool there = fs::exists(path.parent_path()) &&
                         (is_there(path.parent_path(), path.filename().string()) || fs::exists(path.string() + ".h"));
      EXPECT_TRUE(there) << document << " names " << name;
      ++seen;
    }
  EXPECT_GT(seen, 20);
}

// What ninja would link or compile for a target.
std::vector<std::string> made_by(const std::string& target) {
  ProcessSpec spec{.argv = {"ninja", "-C", binary_dir(), "-t", "commands", target}, .time_limit = seconds(60)};
  spec.output_limit = 64u << 20;
  const auto result = system_process_runner().run(spec);
  EXPECT_TRUE(result && result->ok()) << target;
  std::vector<std::string> made;
  if (!result) return made;
  for (const std::string& line : split(result->stdout_text, '\n')) {
    const auto words = split(line, ' ');
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
      if (words[i] == "-o") made.push_back(words[i + 1]);
  }
  return made;
}

TEST(Documents, NameProgramsThatAreBuilt) {
  const auto all = made_by("all");
  const auto bench = made_by("bench");
  const std::string build = "build/release/";
  int seen = 0;
  for (const char* document : kDocuments)
    for (std::string name : named_in(document)) {
      if (!name.starts_with(build + "bin/") || name.find_first_of("<>") != std::string::npos) continue;
      name = name.substr(build.size());
      const bool benchmark = name.starts_with("bin/bench_");
      const std::string stem = name.substr(0, name.find('*'));
      const auto& made = benchmark ? bench : all;
      EXPECT_TRUE(std::any_of(
          made.begin(), made.end(),
          [&](const std::string& one) { return name.ends_with('*') ? one.starts_with(stem) : one == name; }))
          << document << " names " << name;
      ++seen;
    }
  EXPECT_GT(seen, 0);
  EXPECT_THAT(read_file(fs::path(source_dir()) / "README.md").value(),
              testing::HasSubstr("scripts/build release bench"));
}

TEST(Documents, TheTargetBenchHasEveryBenchmark) {
  const auto bench = made_by("bench");
  for (const auto& entry : fs::directory_iterator(fs::path(source_dir()) / "tests/bench"))
    if (entry.path().extension() == ".cc") {
      EXPECT_THAT(bench, testing::Contains("bin/bench_" + entry.path().stem().string()));
    }
}

}  // namespace
}  // namespace graduand
