// SPDX-License-Identifier: Apache-2.0
#include "framework/history/sqlite_ingest.h"

#include "framework/history/sqlite_records.h"

namespace graduand::history {
namespace {

using results::Attempt;
using results::ClusterInstance;
using results::Fact;
using results::Run;
using results::RunPlan;
using results::Transition;

bool is_scheduled(const Run& run) {
  return run.trigger == results::Trigger::kPeriodic;
}

// What identifies a run beyond its id, and decides what its attempts are worth as evidence.
bool same_run(const Run& a, const Run& b) {
  return a.started == b.started && a.trigger == b.trigger && a.simulated == b.simulated && a.job == b.job &&
         a.build_id == b.build_id;
}

// A finished run is newer than an unfinished one, and a later end newer than an earlier one.
bool newer(const Run& a, const Run& b) {
  if (!a.finished) return false;
  return !b.finished || *a.finished > *b.finished;
}

Status check_run(const std::string& what, const std::string& id, const std::string& run_id,
                 const std::string& expected) {
  if (run_id == expected) return {};
  return fail(ErrorKind::kUsage, what + " " + id + " belongs to run '" + run_id + "', not to '" + expected + "'");
}

Status check_in_time(const results::RunContents& contents) {
  GRADUAND_TRY(results::check_times(contents.run));
  for (const Transition& transition : contents.transitions) GRADUAND_TRY(check_times(contents.run, transition));
  for (const Attempt& attempt : contents.attempts) GRADUAND_TRY(check_times(contents.run, attempt));
  return {};
}

}  // namespace

Result<IngestSummary> SqliteIngest::add(const results::RunContents& contents) {
  const std::string& id = contents.run.id;
  summary_.run_id = id;
  GRADUAND_TRY(check_in_time(contents));
  GRADUAND_TRY(add_run(contents.run));
  GRADUAND_TRY(add_plan(contents));
  GRADUAND_TRY(add_all(id, "instances", "cluster instance", contents.instances, summary_.instances));
  GRADUAND_TRY(add_all(id, "transitions", "transition", contents.transitions, summary_.transitions));
  GRADUAND_TRY(add_all(id, "facts", "fact", contents.facts, summary_.facts));
  GRADUAND_TRY(add_attempts(contents));
  return summary_;
}

Status SqliteIngest::add_run(const Run& run) {
  if (is_scheduled(run) && (run.job.empty() || run.build_id.empty()))
    return fail(ErrorKind::kUsage,
                "run " + run.id + " is scheduled (trigger periodic) and has no " + (run.job.empty() ? "job" : "build") +
                    "; a schedule's runs are told apart by job and build id",
                database_.path(), "run with --trigger periodic --job JOB --build-id ID");
  GRADUAND_TRY_ASSIGN(Statement find, database_.prepare("SELECT record FROM run_versions WHERE run_id = ? "
                                                        "ORDER BY ingest DESC LIMIT 1"));
  find.bind(1, run.id);
  GRADUAND_TRY_ASSIGN(const bool known, find.step());
  const std::string text = text_of(run);
  if (!known) {
    GRADUAND_TRY_ASSIGN(Statement insert,
                        database_.prepare("INSERT INTO runs(id, started, record, ingest) VALUES (?, ?, ?, ?)"));
    GRADUAND_TRY_ASSIGN(const std::int64_t number, number_.take());
    GRADUAND_TRY(insert.bind(1, run.id).bind(2, micros(run.started)).bind(3, text).bind(4, number).run());
    GRADUAND_TRY(add_version(run));
    GRADUAND_TRY(add_schedule(run));
    ++summary_.runs;
    return {};
  }
  const std::string stored_text = find.text(0);
  find.reset();
  GRADUAND_TRY_ASSIGN(const Run stored, parse_record<Run>(stored_text, database_.path()));
  if (!same_run(stored, run)) return conflict("run", run.id);
  if (newer(run, stored)) return add_version(run);
  if (!newer(stored, run) && !same<Run>(stored_text, text)) return conflict("run", run.id);
  ++summary_.already_there;
  return {};
}

Status SqliteIngest::add_version(const Run& run) {
  GRADUAND_TRY_ASSIGN(Statement insert,
                      database_.prepare("INSERT INTO run_versions(run_id, ingest, record) VALUES (?, ?, ?)"));
  GRADUAND_TRY_ASSIGN(const std::int64_t number, number_.take());
  return insert.bind(1, run.id).bind(2, number).bind(3, text_of(run)).run();
}

Status SqliteIngest::add_schedule(const Run& run) {
  if (!is_scheduled(run)) return {};
  GRADUAND_TRY_ASSIGN(Statement find,
                      database_.prepare("SELECT run_id FROM scheduled_runs WHERE job = ? AND build_id = ?"));
  find.bind(1, run.job).bind(2, run.build_id);
  GRADUAND_TRY_ASSIGN(const bool known, find.step());
  if (known)
    return fail(ErrorKind::kConflict,
                "run " + run.id + " is build " + run.build_id + " of job " + run.job + ", and so is run " +
                    find.text(0) + ", which is in the history; one build is one scheduled run, so nothing of this " +
                    "run was added",
                database_.path(), "a copy adds no evidence; give each build its own --build-id");
  GRADUAND_TRY_ASSIGN(Statement insert,
                      database_.prepare("INSERT INTO scheduled_runs(job, build_id, run_id) VALUES (?, ?, ?)"));
  return insert.bind(1, run.job).bind(2, run.build_id).bind(3, run.id).run();
}

Status SqliteIngest::add_plan(const results::RunContents& contents) {
  if (!contents.plan) return {};
  const std::string& id = contents.run.id;
  GRADUAND_TRY(check_run("the plan", "of the directory", contents.plan->run_id, id));
  GRADUAND_TRY_ASSIGN(Statement find, database_.prepare("SELECT record FROM plans WHERE run_id = ?"));
  const std::string text = text_of(*contents.plan);
  GRADUAND_TRY_ASSIGN(const bool known, is_known<RunPlan>(find, "the plan of run", id, text));
  if (known) return {};
  GRADUAND_TRY_ASSIGN(Statement insert, database_.prepare("INSERT INTO plans(run_id, ingest, record) "
                                                          "VALUES (?, ?, ?)"));
  GRADUAND_TRY_ASSIGN(const std::int64_t number, number_.take());
  return insert.bind(1, id).bind(2, number).bind(3, text).run();
}

template <class T>
Status SqliteIngest::add_all(const std::string& run_id, const std::string& table, const std::string& what,
                             const std::vector<T>& records, int& added) {
  constexpr bool kHasStart = std::is_same_v<T, Transition>;
  GRADUAND_TRY_ASSIGN(Statement insert,
                      database_.prepare("INSERT INTO " + table + "(id, run_id, record, ingest" +
                                        (kHasStart ? ", started) VALUES (?, ?, ?, ?, ?)" : ") VALUES (?, ?, ?, ?)")));
  GRADUAND_TRY_ASSIGN(Statement find, database_.prepare("SELECT record FROM " + table + " WHERE id = ?"));
  for (const T& record : records) {
    GRADUAND_TRY(check_run(what, record.id, record.run_id, run_id));
    const std::string text = text_of(record);
    GRADUAND_TRY_ASSIGN(const bool known, is_known<T>(find, what, record.id, text));
    if (known) {
      ++summary_.already_there;
      continue;
    }
    GRADUAND_TRY_ASSIGN(const std::int64_t number, number_.take());
    insert.bind(1, record.id).bind(2, record.run_id).bind(3, text).bind(4, number);
    if constexpr (kHasStart) insert.bind(5, micros(record.started));
    GRADUAND_TRY(insert.run());
    ++added;
  }
  return {};
}

Status SqliteIngest::add_attempts(const results::RunContents& contents) {
  GRADUAND_TRY_ASSIGN(std::int64_t place, database_.integer("SELECT coalesce(max(number), 0) FROM attempts"));
  GRADUAND_TRY_ASSIGN(Statement find, database_.prepare("SELECT record FROM attempts WHERE id = ?"));
  GRADUAND_TRY_ASSIGN(Statement insert,
                      database_.prepare("INSERT INTO attempts(number, id, run_id, case_id, started, record, ingest) "
                                        "VALUES (?, ?, ?, ?, ?, ?, ?)"));
  GRADUAND_TRY_ASSIGN(Statement insert_feature, database_.prepare("INSERT OR IGNORE INTO attempt_features(feature, "
                                                                  "number) VALUES (?, ?)"));
  for (const Attempt& attempt : contents.attempts) {
    GRADUAND_TRY(check_run("attempt", attempt.id, attempt.run_id, contents.run.id));
    const std::string text = text_of(attempt);
    GRADUAND_TRY_ASSIGN(const bool known, is_known<Attempt>(find, "attempt", attempt.id, text));
    if (known) {
      ++summary_.already_there;
      continue;
    }
    GRADUAND_TRY_ASSIGN(const std::int64_t number, number_.take());
    insert.bind(1, ++place).bind(2, attempt.id).bind(3, attempt.run_id).bind(4, attempt.case_id);
    GRADUAND_TRY(insert.bind(5, micros(attempt.started)).bind(6, text).bind(7, number).run());
    for (const std::string& feature : attempt.features)
      GRADUAND_TRY(insert_feature.bind(1, feature).bind(2, place).run());
    ++summary_.attempts;
  }
  return {};
}

template <class T>
Result<bool> SqliteIngest::is_known(Statement& find, const std::string& what, const std::string& id,
                                    const std::string& text) {
  find.bind(1, id);
  GRADUAND_TRY_ASSIGN(const bool known, find.step());
  if (!known) return false;
  const std::string stored = find.text(0);
  find.reset();
  if (!same<T>(stored, text)) return conflict(what, id);
  return true;
}

tl::unexpected<Error> SqliteIngest::conflict(const std::string& what, const std::string& id) const {
  return fail(ErrorKind::kConflict,
              what + " " + id + " is in the history with other content; records are never changed, so nothing of " +
                  "this run was added",
              database_.path());
}

}  // namespace graduand::history
