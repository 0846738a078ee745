// SPDX-License-Identifier: Apache-2.0
// What is particular to a history in a SQLite file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "framework/base/files.h"
#include "framework/history/schema.h"
#include "framework/history/store.h"
#include "tests/history/sample.h"

namespace graduand::history {
namespace {

using results::Outcome;
using test::add_attempt;
using test::sample_run;
using testing::HasSubstr;

class SqliteStore : public testing::Test {
 protected:
  TempDir folder_ = TempDir::create("sqlite").value();
  fs::path path_ = folder_.path() / "sub" / "history.db";

  void create() {
    auto contents = sample_run("r1", "2026-11-01T00:00:00Z");
    add_attempt(contents, "a", Outcome::kPassed);
    auto store = open_sqlite(path_);
    ASSERT_TRUE(store) << to_string(store.error());
    ASSERT_TRUE((*store)->ingest(contents));
  }

  // SQL behind the store's back; the error message, or nothing.
  std::string sql(const std::string& text) {
    sqlite3* connection = nullptr;
    EXPECT_EQ(sqlite3_open(path_.c_str(), &connection), SQLITE_OK);
    char* message = nullptr;
    sqlite3_exec(connection, text.c_str(), nullptr, nullptr, &message);
    const std::string result = message == nullptr ? "" : message;
    sqlite3_free(message);
    sqlite3_close(connection);
    return result;
  }
};

TEST_F(SqliteStore, AttemptsCannotBeChangedOrRemovedOrLeaveGaps) {
  create();
  EXPECT_THAT(sql("UPDATE attempts SET record = '{}'"), HasSubstr("never changed"));
  EXPECT_THAT(sql("DELETE FROM attempts"), HasSubstr("never removed"));
  EXPECT_THAT(sql("UPDATE instances SET record = '{}'"), HasSubstr("never changed"));
  EXPECT_THAT(sql("DELETE FROM runs"), HasSubstr("never removed"));
  EXPECT_THAT(sql("UPDATE runs SET record = '{}'"), HasSubstr("never changed"));
  for (const char* table : {"ingests", "run_versions", "scheduled_runs"}) {
    EXPECT_THAT(sql("DELETE FROM " + std::string(table)), HasSubstr("never removed")) << table;
    EXPECT_THAT(sql("UPDATE " + std::string(table) + " SET rowid = 9"), HasSubstr("never changed")) << table;
  }
  EXPECT_THAT(sql("INSERT INTO attempts VALUES (3, 'x', 'r1', 'c', 0, '{}', 1)"), HasSubstr("without gaps"));
  EXPECT_EQ(sql("INSERT INTO attempts VALUES (2, 'x', 'r1', 'c', 0, '{}', 1)"), "");
}

TEST_F(SqliteStore, ANewerSchemaIsRefusedNamingBothVersions) {
  create();
  ASSERT_EQ(sql("PRAGMA user_version = 999"), "");
  const auto store = open_sqlite(path_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(store.error().message, HasSubstr("999"));
  EXPECT_THAT(store.error().message, HasSubstr(std::to_string(schema_version())));
}

TEST_F(SqliteStore, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
  fs::create_directories(path_.parent_path());
  ASSERT_EQ(sql("CREATE TABLE bookmarks(url TEXT)"), "");
  const auto store = open_sqlite(path_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(sql("SELECT * FROM runs"), HasSubstr("no such table"));
}

TEST_F(SqliteStore, AFileThatIsNoDatabaseIsRefused) {
  fs::create_directories(path_.parent_path());
  std::ofstream(path_) << std::string(5000, 'x');
  const auto store = open_sqlite(path_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(store.error().message, HasSubstr("not a history"));
}

TEST_F(SqliteStore, ADamagedFileIsSaidToBeDamaged) {
  create();
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    const std::string garbage(fs::file_size(path_) - 200, '\xee');
    file.seekp(200);  // behind the header, so that it still looks like ours
    file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
  }
  auto store = open_sqlite(path_);
  if (store) {
    const auto selection = (*store)->select({});
    ASSERT_FALSE(selection);
    EXPECT_EQ(selection.error().kind, ErrorKind::kInfrastructure);
    EXPECT_THAT(selection.error().message, HasSubstr("damaged"));
  } else {
    EXPECT_EQ(store.error().kind, ErrorKind::kInfrastructure);
    EXPECT_THAT(store.error().message, HasSubstr("damaged"));
  }
}

TEST_F(SqliteStore, APlaceThatCannotBeWrittenIsInfrastructure) {
  // A file where a folder should be, and a folder where the file should be: refused to root as well.
  std::ofstream(folder_.path() / "file") << "x";
  for (const fs::path& path : {folder_.path() / "file" / "history.db", folder_.path()}) {
    const auto store = open_sqlite(path);
    ASSERT_FALSE(store) << path;
    EXPECT_EQ(store.error().kind, ErrorKind::kInfrastructure);
  }
  if (geteuid() == 0) return;  // root may write anywhere
  ASSERT_EQ(chmod(folder_.path().c_str(), 0500), 0);
  const auto store = open_sqlite(folder_.path() / "history.db");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kInfrastructure);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0700), 0);
}

TEST_F(SqliteStore, AProcessKilledInTheMiddleLeavesNothingOfItsRun) {
  create();
  auto contents = sample_run("big", "2026-11-02T00:00:00Z");
  contents.run.finished.reset();  // its attempts go on for hours
  const std::string filler(2000, 'x');
  for (int i = 0; i < 20'000; ++i) add_attempt(contents, "a", Outcome::kFailed).reason = filler;
  const pid_t child = fork();
  if (child == 0) {
    auto store = open_sqlite(path_);
    _exit(store && (*store)->ingest(contents) ? 0 : 1);
  }
  // Pages beyond SQLite's cache go into the log long before the end: by then it is in the middle.
  fs::path log = path_;
  log += "-wal";
  std::error_code error;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    const auto size = fs::file_size(log, error);
    if (error || size < (4u << 20)) continue;
    kill(child, SIGKILL);
    ASSERT_EQ(waitpid(child, &status, 0), child);
    break;
  }
  ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended before it was killed";

  auto store = open_sqlite(path_);
  ASSERT_TRUE(store) << to_string(store.error());
  EXPECT_EQ((*store)->runs()->size(), 1u);
  EXPECT_EQ((*store)->select({})->attempts.size(), 1u);
  // And the same run goes in afterwards.
  contents.attempts.resize(10);
  EXPECT_EQ((*store)->ingest(contents)->attempts, 10);
  EXPECT_EQ((*store)->select({})->attempt_numbers.back(), 11);
}

TEST_F(SqliteStore, DefaultPathFollowsTheUsersDataFolder) {
  EXPECT_EQ(default_history_path(), user_data_dir() / "history.db");
}

}  // namespace
}  // namespace graduand::history
