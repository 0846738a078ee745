// SPDX-License-Identifier: Apache-2.0
// Histories that earlier versions wrote, as those versions wrote them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "framework/base/files.h"
#include "framework/history/schema.h"
#include "framework/history/store.h"
#include "tests/history/sample.h"
#include "tests/history/version1.h"

namespace graduand::history {
namespace {

using results::Outcome;
using test::add_attempt;
using test::at;
using test::kVersion1;
using test::sample_run;
using testing::HasSubstr;

class Migration : public testing::Test {
 protected:
  TempDir folder_ = TempDir::create("migration").value();
  fs::path path_ = folder_.path() / "history.db";
  FakeClock clock_{at("2026-11-20T00:00:00Z")};

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

  static std::string quoted(const results::Record& record) {
    std::string text = json::serialize(results::to_json(record));
    for (auto at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 2)) text.insert(at, "'");
    return "'" + text + "'";
  }

  // A run with one attempt, as version 1 put it in.
  void add(const results::RunContents& contents, int number) {
    const auto& [run, attempt] = std::tie(contents.run, contents.attempts.at(0));
    const auto micros = [](Timestamp time) { return std::to_string(time.time_since_epoch().count()); };
    const auto& instance = contents.instances.at(0);
    ASSERT_EQ(sql("INSERT INTO runs VALUES ('" + run.id + "', " + micros(run.started) + ", " + quoted(run) + ");" +
                  "INSERT INTO instances VALUES ('" + instance.id + "', '" + run.id + "', " + quoted(instance) + ");" +
                  "INSERT INTO attempts VALUES (" + std::to_string(number) + ", '" + attempt.id + "', '" + run.id +
                  "', '" + attempt.case_id + "', " + micros(attempt.started) + ", " + quoted(attempt) + ");" +
                  "INSERT INTO attempt_features VALUES ('F', " + std::to_string(number) + ");"),
              "");
  }
};

results::RunContents run_of(const std::string& id, const std::string& build) {
  auto contents = sample_run(id, "2026-11-01T00:00:00Z");
  contents.run.build_id = build;
  add_attempt(contents, "a", Outcome::kPassed);
  return contents;
}

TEST_F(Migration, Version1IsReadAsOneIngestAtTheTimeOfTheMigration) {
  ASSERT_EQ(sql(kVersion1), "");
  const auto first = run_of("r1", "7"), copy = run_of("r2", "7");
  add(first, 1);
  add(copy, 2);  // version 1 let copies of a build in; they stay, and the judge sees them
  auto store = open_sqlite(path_, clock_);
  ASSERT_TRUE(store) << to_string(store.error());
  clock_.advance(std::chrono::hours(1));
  const Selection selection = (*store)->select({.feature = "F"}).value();
  ASSERT_EQ(selection.runs.size(), 2u);
  EXPECT_EQ(results::to_json(selection.runs[0]), results::to_json(first.run));
  ASSERT_EQ(selection.attempts.size(), 2u);
  EXPECT_EQ(results::to_json(selection.attempts[0]), results::to_json(first.attempts[0]));
  EXPECT_EQ(selection.watermark->number, 1);
  EXPECT_EQ(selection.watermark->at, at("2026-11-20T00:00:00Z"));
  EXPECT_EQ((*store)->select({.up_to = 0})->runs.size(), 0u);

  // What it knows it knows, and a third copy is refused.
  for (const auto& known : {first, copy}) EXPECT_EQ((*store)->ingest(known)->already_there, 3);
  EXPECT_EQ((*store)->ingest(run_of("r3", "7")).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE((*store)->ingest(run_of("r4", "8")));
  EXPECT_EQ((*store)->select({})->watermark->number, 2);
  EXPECT_EQ((*store)->select({.up_to = 1})->runs.size(), 2u);
}

TEST_F(Migration, AnEmptyVersion1HasNoIngest) {
  ASSERT_EQ(sql(kVersion1), "");
  EXPECT_EQ(open_sqlite(path_, clock_).value()->select({})->watermark->number, 0);
}

TEST_F(Migration, WhatItAddedIsNeverChangedOrSlippedInLater) {
  ASSERT_EQ(sql(kVersion1), "");
  add(run_of("r1", "7"), 1);
  {
    auto store = open_sqlite(path_, clock_).value();
    ASSERT_TRUE(store->ingest(run_of("r2", "8")));
    ASSERT_TRUE(
        store->add_mark({.feature = "F", .case_id = "a", .since_revision = "v1", .reason = "r", .author = "a"}));
  }
  EXPECT_THAT(sql("UPDATE marks SET record = '{}'"), HasSubstr("never changed"));
  EXPECT_THAT(sql("DELETE FROM marks"), HasSubstr("never removed"));
  EXPECT_THAT(sql("UPDATE ingests SET at = 0"), HasSubstr("never changed"));
  EXPECT_THAT(sql("INSERT INTO ingests VALUES (9, 0)"), HasSubstr("without gaps"));
  EXPECT_THAT(sql("INSERT INTO plans VALUES ('r1', 1, '{}')"), HasSubstr("belong to the newest ingest"));
  EXPECT_THAT(sql("INSERT INTO attempts VALUES (3, 'x', 'r1', 'c', 0, '{}', 1)"),
              HasSubstr("belong to the newest ingest"));
  EXPECT_THAT(sql("INSERT INTO scheduled_runs VALUES ('ci-f', '7', 'r2')"), HasSubstr("UNIQUE"));
}

}  // namespace
}  // namespace graduand::history
