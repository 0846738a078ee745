// SPDX-License-Identifier: Apache-2.0
#include "framework/history/schema.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace graduand::history {
namespace {

// Every record carries the number of the ingest that brought it in, so that a history can be read as it was. What was
// there before is taken for one ingest, at the time of the migration: when it really came is not known. A run's row
// stays as it was first seen; run_versions has what it became. scheduled_runs is what keeps two processes from adding
// one build twice; of copies that an older history holds already, the first is the one it names.
constexpr const char* kNumbers = R"sql(
CREATE TABLE ingests (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;
INSERT INTO ingests SELECT 1, {now} WHERE EXISTS (SELECT 1 FROM runs);
ALTER TABLE runs ADD COLUMN ingest INTEGER NOT NULL DEFAULT 1;
ALTER TABLE instances ADD COLUMN ingest INTEGER NOT NULL DEFAULT 1;
ALTER TABLE transitions ADD COLUMN ingest INTEGER NOT NULL DEFAULT 1;
ALTER TABLE facts ADD COLUMN ingest INTEGER NOT NULL DEFAULT 1;
ALTER TABLE attempts ADD COLUMN ingest INTEGER NOT NULL DEFAULT 1;

CREATE TABLE run_versions (
  run_id TEXT NOT NULL REFERENCES runs(id),
  ingest INTEGER NOT NULL REFERENCES ingests(number),
  record TEXT NOT NULL,
  PRIMARY KEY (run_id, ingest)
) STRICT;
INSERT INTO run_versions SELECT id, 1, record FROM runs;
CREATE TABLE scheduled_runs (
  job TEXT NOT NULL,
  build_id TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs(id),
  PRIMARY KEY (job, build_id)
) STRICT;
INSERT OR IGNORE INTO scheduled_runs
  SELECT record ->> 'job', record ->> 'build_id', id FROM runs
  WHERE record ->> 'trigger' = 'periodic' AND coalesce(record ->> 'job', '') <> ''
    AND coalesce(record ->> 'build_id', '') <> ''
  ORDER BY started, id;
CREATE TABLE plans (
  run_id TEXT PRIMARY KEY REFERENCES runs(id),
  ingest INTEGER NOT NULL REFERENCES ingests(number),
  record TEXT NOT NULL
) STRICT;
CREATE TABLE marks (
  number INTEGER PRIMARY KEY,
  ingest INTEGER NOT NULL UNIQUE REFERENCES ingests(number),
  record TEXT NOT NULL
) STRICT;
CREATE INDEX facts_by_run ON facts(run_id);

CREATE TRIGGER ingests_without_gaps BEFORE INSERT ON ingests
  WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ingests)
  BEGIN SELECT RAISE(ABORT, 'ingests are numbered without gaps'); END;
CREATE TRIGGER marks_without_gaps BEFORE INSERT ON marks
  WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM marks)
  BEGIN SELECT RAISE(ABORT, 'marks are numbered without gaps'); END;
)sql";

// Nothing is changed or removed, and nothing is slipped into an ingest of the past.
std::string numbers_with_triggers() {
  std::string sql = kNumbers;
  for (const char* table : {"runs", "instances", "transitions", "facts", "attempts", "run_versions", "plans", "marks"})
    sql += fmt::format(
        "CREATE TRIGGER {0}_of_the_newest_ingest BEFORE INSERT ON {0}\n"
        "  WHEN NEW.ingest IS NOT (SELECT max(number) FROM ingests)\n"
        "  BEGIN SELECT RAISE(ABORT, '{0} belong to the newest ingest'); END;\n",
        table);
  // Those of version 1 have theirs, but for the change of a run, which was let be.
  sql +=
      "CREATE TRIGGER runs_stay BEFORE UPDATE ON runs\n  BEGIN SELECT RAISE(ABORT, 'runs are never changed'); END;\n";
  for (const char* table : {"ingests", "run_versions", "scheduled_runs", "plans", "marks"})
    sql += fmt::format(
        "CREATE TRIGGER {0}_stay BEFORE UPDATE ON {0}\n  BEGIN SELECT RAISE(ABORT, '{0} are never changed'); END;\n"
        "CREATE TRIGGER {0}_remain BEFORE DELETE ON {0}\n  BEGIN SELECT RAISE(ABORT, '{0} are never removed'); END;\n",
        table);
  return sql;
}

// Each entry takes the file from its index to the next version. Entries are never changed after a release: a new one is
// added. Records are kept as their JSON text; columns beside it are what queries ask for. Times are microseconds since
// 1970 UTC; {now} is that of the migration.
const std::vector<std::string>& migrations() {
  static const std::vector<std::string> list = {R"sql(
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
)sql",
                                                numbers_with_triggers()};
  return list;
}

// Refuses what is not ours before anything is written. Returns the version found.
Result<std::int64_t> check_ours(Database& database) {
  GRADUAND_TRY_ASSIGN(const std::int64_t application, database.integer("PRAGMA application_id"));
  GRADUAND_TRY_ASSIGN(const std::int64_t version, database.integer("PRAGMA user_version"));
  if (application != kApplicationId) {
    GRADUAND_TRY_ASSIGN(const std::int64_t objects, database.integer("SELECT count(*) FROM sqlite_schema"));
    if (application != 0 || version != 0 || objects != 0)
      return fail(ErrorKind::kUsage, "this SQLite file is not a history: it belongs to another program",
                  database.path(), "name another file with --history FILE");
  }
  if (version > schema_version())
    return fail(ErrorKind::kUsage,
                "the history has schema version " + std::to_string(version) +
                    ", written by a newer graduand; this one " + "reads up to version " +
                    std::to_string(schema_version()),
                database.path(), "use the newer graduand, or name another file with --history FILE");
  return version;
}

std::string dated(std::string sql, Timestamp now) {
  constexpr std::string_view kNow = "{now}";
  for (auto at = sql.find(kNow); at != std::string::npos; at = sql.find(kNow))
    sql.replace(at, kNow.size(), std::to_string(now.time_since_epoch().count()));
  return sql;
}

}  // namespace

int schema_version() {
  return static_cast<int>(migrations().size());
}

Status migrate(Database& database, Timestamp now) {
  GRADUAND_TRY_ASSIGN(const std::int64_t found, check_ours(database));
  if (found == schema_version()) return {};
  GRADUAND_TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
  // Another process may have migrated while this one waited for its turn.
  GRADUAND_TRY_ASSIGN(const std::int64_t current, check_ours(database));
  for (auto version = static_cast<std::size_t>(current); version < migrations().size(); ++version)
    GRADUAND_TRY(database.execute(dated(migrations()[version], now)));
  GRADUAND_TRY(database.execute("PRAGMA application_id = " + std::to_string(kApplicationId)));
  GRADUAND_TRY(database.execute("PRAGMA user_version = " + std::to_string(schema_version())));
  return transaction.commit();
}

Status check_current(Database& database) {
  GRADUAND_TRY_ASSIGN(const std::int64_t found, check_ours(database));
  if (found == schema_version()) return {};
  if (found == 0)
    return fail(ErrorKind::kUsage, "the file is empty, and no history yet", database.path(),
                "name another file with --history FILE; 'graduand ingest' adds to this one");
  return fail(ErrorKind::kUsage,
              fmt::format("the history has schema version {}, of an older graduand; this one reads version {}", found,
                          schema_version()),
              database.path(), "bring it up to date: graduand ingest --migrate --history " + database.path());
}

}  // namespace graduand::history
