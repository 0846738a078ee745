// SPDX-License-Identifier: Apache-2.0
// Verbs that only read leave no trace, and say what they did not find.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <map>

#include "tests/history/version1.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using testing::HasSubstr;
using testing_support::Program;
using testing_support::program_with_faults;

class ReadingVerbs : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("reading").value();
  Program program_ = program_with_faults(dir_.path());
  // Each with its exit code where there is no evidence yet.
  std::map<std::vector<std::string>, int> verbs_ = {
      {{"judge", "--feature", "Faults", "--stage", "beta", "--release", "v1.34"}, 4},
      {{"report"}, 3},
      {{"report", "--format", "prr", "--feature", "Faults", "--release", "v1.34"}, 0},
      {{"flakes"}, 3},
      {{"mark", "list"}, 0}};

  ProcessResult with_history(std::vector<std::string> call, const fs::path& history) {
    call.insert(call.end(), {"--history", history.string()});
    return program_.run(call);
  }
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(dir_.path()))
      all[entry.path().string()] = entry.is_regular_file() ? read_file(entry.path()).value() : "";
    return all;
  }
};

TEST_F(ReadingVerbs, AHistoryThatIsNotThereIsAnErrorAndIsNotMade) {
  const fs::path absent = dir_.path() / "no" / "such.db";
  for (const auto& [call, ignored] : verbs_) {
    const auto result = with_history(call, absent);
    EXPECT_EQ(result.exit_code, 2) << call[0] << result.stdout_text << result.stderr_text;
    EXPECT_THAT(result.stderr_text, HasSubstr("there is no such history"));
    EXPECT_THAT(result.stderr_text, HasSubstr(absent.string()));
  }
  EXPECT_THAT(files(), testing::IsEmpty());
}

TEST_F(ReadingVerbs, WithoutAHistoryYetThereIsNoEvidenceAndNoneIsMade) {
  for (const auto& [call, exit_code] : verbs_) {
    const auto result = program_.run(call);
    EXPECT_EQ(result.exit_code, exit_code) << call[0] << result.stdout_text << result.stderr_text;
  }
  EXPECT_THAT(program_.run({"judge", "--feature", "Faults", "--stage", "beta", "--release", "v1.34"}).stdout_text,
              HasSubstr("history.db (not there yet)"));
  EXPECT_THAT(program_.run({"flakes"}).stderr_text, HasSubstr("history.db (not there yet)"));
  EXPECT_EQ(program_.run({"flakes", "--up-to", "1"}).exit_code, 2);
  EXPECT_THAT(files(), testing::IsEmpty());
}

TEST_F(ReadingVerbs, AHistoryIsReadAndStaysAsItIs) {
  const fs::path history = dir_.path() / "h.db";
  ASSERT_EQ(with_history({"run", "--profile", program_.no_cluster_profile().string(), "--case", "passes", "--output",
                          (dir_.path() / "out").string()},
                         history)
                .exit_code,
            0);
  const auto before = files();
  for (const auto& [call, ignored] : verbs_) EXPECT_NE(with_history(call, history).exit_code, 2) << call[0];
  EXPECT_EQ(files(), before);
}

TEST_F(ReadingVerbs, AnOlderHistoryIsRefusedWithTheCommandThatMigratesIt) {
  const fs::path history = dir_.path() / "h.db";
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(history.c_str(), &connection), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(connection, history::test::kVersion1, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(connection);
  const auto before = files();
  for (const auto& [call, ignored] : verbs_) {
    const auto result = with_history(call, history);
    EXPECT_EQ(result.exit_code, 2) << call[0];
    EXPECT_THAT(result.stderr_text, HasSubstr("graduand ingest --migrate --history " + history.string()));
  }
  EXPECT_EQ(files(), before);
  EXPECT_EQ(with_history({"ingest", "--migrate"}, history).exit_code, 0);
  for (const auto& [call, exit_code] : verbs_) EXPECT_EQ(with_history(call, history).exit_code, exit_code) << call[0];
}

TEST_F(ReadingVerbs, IngestMakesNoHistoryForNothing) {
  const fs::path absent = dir_.path() / "no" / "such.db";
  EXPECT_EQ(with_history({"ingest", (dir_.path() / "no-run").string()}, absent).exit_code, 2);
  EXPECT_EQ(with_history({"ingest"}, absent).exit_code, 2);
  EXPECT_EQ(with_history({"ingest", "--migrate"}, absent).exit_code, 2);
  EXPECT_THAT(files(), testing::IsEmpty());
}

}  // namespace
}  // namespace graduand
