// SPDX-License-Identifier: Apache-2.0
// Histories that earlier versions wrote, as those versions wrote them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "framework/base/files.h"
#include "framework/history/schema.h"
#include "framework/history/store.h"
#include "tests/history/sample.h"

namespace graduand::history {
namespace {

using results::Outcome;
using test::add_attempt;
using test::at;
using test::sample_run;
using testing::HasSubstr;

// Version 1 is what its program wrote, so it is here a second time and never changes.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  started INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE TABLE instances (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs(id),
  record TEXT NOT NULL
) STRICT;
CREATE TABLE transitions (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs(id),
  started INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE TABLE facts (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs(id),
  record TEXT NOT NULL
) STRICT;
CREATE TABLE attempts (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL REFERENCES runs(id),
  case_id TEXT NOT NULL,
  started INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE TABLE attempt_features (
  feature TEXT NOT NULL,
  number INTEGER NOT NULL REFERENCES attempts(number),
  PRIMARY KEY (feature, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX instances_by_run ON instances(run_id);
CREATE INDEX transitions_by_run ON transitions(run_id);
CREATE INDEX attempts_by_run ON attempts(run_id);
CREATE INDEX attempts_by_case ON attempts(case_id, started);
CREATE INDEX attempts_by_time ON attempts(started);

CREATE TRIGGER attempts_without_gaps BEFORE INSERT ON attempts
  WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM attempts)
  BEGIN SELECT RAISE(ABORT, 'attempts are numbered without gaps'); END;
CREATE TRIGGER attempts_stay BEFORE UPDATE ON attempts
  BEGIN SELECT RAISE(ABORT, 'attempts are never changed'); END;
CREATE TRIGGER attempts_remain BEFORE DELETE ON attempts
  BEGIN SELECT RAISE(ABORT, 'attempts are never removed'); END;
CREATE TRIGGER features_stay BEFORE UPDATE ON attempt_features
  BEGIN SELECT RAISE(ABORT, 'attempts are never changed'); END;
CREATE TRIGGER features_remain BEFORE DELETE ON attempt_features
  BEGIN SELECT RAISE(ABORT, 'attempts are never removed'); END;
CREATE TRIGGER instances_stay BEFORE UPDATE ON instances
  BEGIN SELECT RAISE(ABORT, 'cluster instances are never changed'); END;
CREATE TRIGGER instances_remain BEFORE DELETE ON instances
  BEGIN SELECT RAISE(ABORT, 'cluster instances are never removed'); END;
CREATE TRIGGER transitions_stay BEFORE UPDATE ON transitions
  BEGIN SELECT RAISE(ABORT, 'transitions are never changed'); END;
CREATE TRIGGER transitions_remain BEFORE DELETE ON transitions
  BEGIN SELECT RAISE(ABORT, 'transitions are never removed'); END;
CREATE TRIGGER facts_stay BEFORE UPDATE ON facts
  BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END;
CREATE TRIGGER facts_remain BEFORE DELETE ON facts
  BEGIN SELECT RAISE(ABORT, 'facts are never removed'); END;
CREATE TRIGGER runs_remain BEFORE DELETE ON runs
  BEGIN SELECT RAISE(ABORT, 'runs are never removed'); END;

PRAGMA application_id = 1735549284;
PRAGMA user_version = 1;
)sql";

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
