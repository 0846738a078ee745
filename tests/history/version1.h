// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace graduand::history::test {

// Version 1 is what its program wrote, so it is here a second time and never changes.
inline constexpr const char* kVersion1 = R"sql(
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

}  // namespace graduand::history::test
