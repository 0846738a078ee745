// SPDX-License-Identifier: Apache-2.0
// Who only reads a history makes and changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "framework/base/files.h"
#include "framework/history/schema.h"
#include "framework/history/sqlite.h"
#include "framework/history/store.h"
#include "tests/history/sample.h"
#include "tests/history/version1.h"

namespace graduand::history {
namespace {

using results::Outcome;
using test::add_attempt;
using test::sample_run;
using testing::HasSubstr;

class ReadHistory : public testing::Test {
 protected:
  TempDir folder_ = TempDir::create("read-history").value();
  fs::path path_ = folder_.path() / "history.db";

  static results::RunContents run_of(const std::string& id) {
    auto contents = sample_run(id, "2026-11-01T00:00:00Z");
    add_attempt(contents, "a", Outcome::kPassed);
    return contents;
  }
  void create() { ASSERT_TRUE(open_sqlite(path_).value()->ingest(run_of("r1"))); }
  void sql(const std::string& text) {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(connection, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(connection);
  }
  // Each file of the folder with its bytes.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      all[entry.path().string()] = entry.is_regular_file() ? read_file(entry.path()).value() : "";
    return all;
  }
};

TEST_F(ReadHistory, WhatIsNotThereIsNotMade) {
  for (const fs::path& path : {path_, folder_.path() / "no" / "such.db", folder_.path()}) {
    const auto store = open_sqlite_to_read(path);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(store.error().where, path.string());
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(ReadHistory, ReadsAndLeavesTheFolderAsItIs) {
  create();
  const auto before = files();
  {
    auto store = open_sqlite_to_read(path_);
    ASSERT_TRUE(store) << to_string(store.error());
    EXPECT_EQ((*store)->select({})->attempts.size(), 1u);
    EXPECT_EQ((*store)->runs()->size(), 1u);
    EXPECT_EQ((*store)->select({.up_to = 2}).error().kind, ErrorKind::kUsage);
  }
  EXPECT_EQ(files(), before);
}

TEST_F(ReadHistory, TheConnectionRefusesEveryChange) {
  create();
  const auto database = Database::open_to_read(path_).value();
  for (const char* change : {"INSERT INTO ingests VALUES (2, 0)", "CREATE TABLE t(x)", "PRAGMA user_version = 7"})
    EXPECT_FALSE(database->execute(change)) << change;
  EXPECT_EQ(database->integer("PRAGMA user_version").value(), schema_version());
}

TEST_F(ReadHistory, SeesWhatAnotherProcessAddsMeanwhile) {
  create();
  const auto writer = open_sqlite(path_).value();
  const auto reader = open_sqlite_to_read(path_).value();
  ASSERT_TRUE(writer->ingest(run_of("r2")));
  EXPECT_EQ(reader->runs()->size(), 2u);
  EXPECT_EQ(open_sqlite_to_read(path_).value()->runs()->size(), 2u);
}

TEST_F(ReadHistory, AnOlderSchemaIsRefusedWithWhatToDoAndStaysAsItIs) {
  sql(test::kVersion1);
  const auto before = files();
  const auto store = open_sqlite_to_read(path_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(store.error().message, HasSubstr("schema version 1, of an older graduand"));
  EXPECT_THAT(store.error().hint, HasSubstr("graduand ingest --migrate --history " + path_.string()));
  EXPECT_EQ(files(), before);
}

TEST_F(ReadHistory, ANewerSchemaAnEmptyFileAndAnotherProgramsAreRefusedAndStayAsTheyAre) {
  create();
  sql("PRAGMA user_version = 999");
  for (const std::string expected : {"999", "empty", "another program"}) {
    if (expected != "999") fs::remove(path_);
    if (expected == "empty") std::ofstream(path_).flush();
    if (expected == "another program") sql("CREATE TABLE bookmarks(url TEXT)");
    const auto before = files();
    const auto store = open_sqlite_to_read(path_);
    ASSERT_FALSE(store) << expected;
    EXPECT_EQ(store.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(store.error().message, HasSubstr(expected));
    EXPECT_EQ(files(), before);
  }
}

// As from a mounted artifact of a CI job: neither the file nor its folder can be written.
TEST_F(ReadHistory, IsReadWhereNothingMayBeWritten) {
  create();
  const fs::path odd = folder_.path() / "100%#?.db";
  fs::rename(path_, odd);
  ASSERT_EQ(chmod(odd.c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && setresuid(kNobody, kNobody, kNobody) != 0) _exit(2);
    const auto store = open_sqlite_to_read(odd);
    if (!store) std::fprintf(stderr, "%s\n", to_string(store.error()).c_str());
    _exit(store && (*store)->select({})->attempts.size() == 1 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
  EXPECT_EQ(files().size(), 1u);
}

TEST_F(ReadHistory, AnEmptyHistoryHasNothing) {
  const auto selection = empty_history().value()->select({}).value();
  EXPECT_TRUE(selection.runs.empty() && selection.marks.empty());
  EXPECT_EQ(selection.watermark->number, 0);
}

}  // namespace
}  // namespace graduand::history
