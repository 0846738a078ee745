// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <mutex>
#include <set>

#include "framework/history/schema.h"
#include "framework/history/sqlite.h"
#include "framework/history/store.h"

namespace graduand::history {
namespace {

using results::Attempt;
using results::ClusterInstance;
using results::Fact;
using results::Record;
using results::Run;
using results::Transition;

std::int64_t micros(Timestamp time) {
  return time.time_since_epoch().count();
}

std::string text_of(const Record& record) {
  return json::serialize(results::to_json(record));
}

template <class T>
Result<T> parse_record(const std::string& text, const std::string& where) {
  GRADUAND_TRY_ASSIGN(const json::value value, parse_json(text, where));
  GRADUAND_TRY_ASSIGN(Record record, results::record_from_json(value));
  if (auto* typed = std::get_if<T>(&record)) return std::move(*typed);
  return fail(ErrorKind::kInfrastructure, "the history holds a record of another type than its table", where);
}

// Whether the stored text says the same. An older version may have written fewer members; read and written again by
// this one, it has the same.
bool same(const std::string& stored, const std::string& text) {
  if (stored == text) return true;
  const auto value = parse_json(stored);
  if (!value) return false;
  const auto record = results::record_from_json(*value);
  return record && text_of(*record) == text;
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

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  Result<IngestSummary> ingest(const results::RunContents& contents) override {
    const std::lock_guard lock(mutex_);
    IngestSummary summary;
    summary.run_id = contents.run.id;
    GRADUAND_TRY_ASSIGN(Transaction transaction, Transaction::begin(*database_));
    GRADUAND_TRY(add_run(contents.run, summary));
    GRADUAND_TRY(add_all(contents.run.id, "instances", "cluster instance", contents.instances, summary.instances,
                         summary, [](Statement&, const ClusterInstance&) {}));
    GRADUAND_TRY(add_all(
        contents.run.id, "transitions", "transition", contents.transitions, summary.transitions, summary,
        [](Statement& insert, const Transition& transition) { insert.bind(4, micros(transition.started)); },
        "INSERT INTO transitions(id, run_id, record, started) VALUES (?, ?, ?, ?)"));
    GRADUAND_TRY(add_all(contents.run.id, "facts", "fact", contents.facts, summary.facts, summary,
                         [](Statement&, const Fact&) {}));
    GRADUAND_TRY(add_attempts(contents, summary));
    GRADUAND_TRY(transaction.commit());
    return summary;
  }

  Result<Selection> select(const Query& query) override {
    const std::lock_guard lock(mutex_);
    // One read transaction, so that a run that is ingested meanwhile is seen whole or not at all.
    GRADUAND_TRY(database_->execute("BEGIN"));
    auto selection = select_now(query);
    (void)database_->execute("ROLLBACK");
    return selection;
  }

  Result<results::Mark> add_mark(results::Mark mark) override {
    GRADUAND_TRY(results::check(mark));
    return fail(ErrorKind::kInternal, "not yet");
  }

  Result<std::vector<Run>> runs() override {
    const std::lock_guard lock(mutex_);
    return read_all<Run>("SELECT record FROM runs ORDER BY started, id");
  }

 private:
  Status add_run(const Run& run, IngestSummary& summary) {
    GRADUAND_TRY_ASSIGN(Statement find, database_->prepare("SELECT record FROM runs WHERE id = ?"));
    find.bind(1, run.id);
    GRADUAND_TRY_ASSIGN(const bool known, find.step());
    const std::string text = text_of(run);
    if (!known) {
      GRADUAND_TRY_ASSIGN(Statement insert,
                          database_->prepare("INSERT INTO runs(id, started, record) VALUES (?, ?, ?)"));
      GRADUAND_TRY(insert.bind(1, run.id).bind(2, micros(run.started)).bind(3, text).run());
      ++summary.runs;
      return {};
    }
    const std::string stored_text = find.text(0);
    find.reset();
    GRADUAND_TRY_ASSIGN(const Run stored, parse_record<Run>(stored_text, database_->path()));
    if (!same_run(stored, run)) return conflict("run", run.id);
    if (newer(run, stored)) {
      GRADUAND_TRY_ASSIGN(Statement update, database_->prepare("UPDATE runs SET record = ? WHERE id = ?"));
      return update.bind(1, text).bind(2, run.id).run();
    }
    if (newer(stored, run) || same(stored_text, text)) {
      ++summary.already_there;
      return {};
    }
    return conflict("run", run.id);
  }

  template <class T, class BindMore>
  Status add_all(const std::string& run_id, const std::string& table, const std::string& what,
                 const std::vector<T>& records, int& added, IngestSummary& summary, BindMore bind_more,
                 std::string insert_sql = {}) {
    if (insert_sql.empty()) insert_sql = "INSERT INTO " + table + "(id, run_id, record) VALUES (?, ?, ?)";
    GRADUAND_TRY_ASSIGN(Statement insert, database_->prepare(insert_sql));
    GRADUAND_TRY_ASSIGN(Statement find, database_->prepare("SELECT record FROM " + table + " WHERE id = ?"));
    for (const T& record : records) {
      GRADUAND_TRY(check_run(what, record.id, record.run_id, run_id));
      const std::string text = text_of(record);
      GRADUAND_TRY_ASSIGN(const bool known, is_known(find, what, record.id, text));
      if (known) {
        ++summary.already_there;
        continue;
      }
      insert.bind(1, record.id).bind(2, record.run_id).bind(3, text);
      bind_more(insert, record);
      GRADUAND_TRY(insert.run());
      ++added;
    }
    return {};
  }

  Status add_attempts(const results::RunContents& contents, IngestSummary& summary) {
    GRADUAND_TRY_ASSIGN(std::int64_t number, database_->integer("SELECT coalesce(max(number), 0) FROM attempts"));
    GRADUAND_TRY_ASSIGN(Statement find, database_->prepare("SELECT record FROM attempts WHERE id = ?"));
    GRADUAND_TRY_ASSIGN(Statement insert,
                        database_->prepare("INSERT INTO attempts(number, id, run_id, case_id, started, record) "
                                           "VALUES (?, ?, ?, ?, ?, ?)"));
    GRADUAND_TRY_ASSIGN(Statement insert_feature, database_->prepare("INSERT OR IGNORE INTO attempt_features(feature, "
                                                                     "number) VALUES (?, ?)"));
    for (const Attempt& attempt : contents.attempts) {
      GRADUAND_TRY(check_run("attempt", attempt.id, attempt.run_id, contents.run.id));
      const std::string text = text_of(attempt);
      GRADUAND_TRY_ASSIGN(const bool known, is_known(find, "attempt", attempt.id, text));
      if (known) {
        ++summary.already_there;
        continue;
      }
      insert.bind(1, ++number).bind(2, attempt.id).bind(3, attempt.run_id).bind(4, attempt.case_id);
      GRADUAND_TRY(insert.bind(5, micros(attempt.started)).bind(6, text).run());
      for (const std::string& feature : attempt.features)
        GRADUAND_TRY(insert_feature.bind(1, feature).bind(2, number).run());
      ++summary.attempts;
    }
    return {};
  }

  Status check_run(const std::string& what, const std::string& id, const std::string& run_id,
                   const std::string& expected) {
    if (run_id == expected) return {};
    return fail(ErrorKind::kUsage, what + " " + id + " belongs to run '" + run_id + "', not to '" + expected + "'");
  }

  Result<bool> is_known(Statement& find, const std::string& what, const std::string& id, const std::string& text) {
    find.bind(1, id);
    GRADUAND_TRY_ASSIGN(const bool known, find.step());
    if (!known) return false;
    const std::string stored = find.text(0);
    find.reset();
    if (!same(stored, text)) return fail(conflict(what, id).error());
    return true;
  }

  Status conflict(const std::string& what, const std::string& id) {
    return fail(ErrorKind::kConflict,
                what + " " + id + " is in the history with other content; records are never changed, so nothing of " +
                    "this run was added",
                database_->path());
  }

  template <class T>
  Result<std::vector<T>> read_all(const std::string& sql, const std::string& parameter = {}) {
    GRADUAND_TRY_ASSIGN(Statement statement, database_->prepare(sql));
    if (!parameter.empty()) statement.bind(1, parameter);
    std::vector<T> records;
    while (true) {
      GRADUAND_TRY_ASSIGN(const bool row, statement.step());
      if (!row) return records;
      GRADUAND_TRY_ASSIGN(T record, parse_record<T>(statement.text(0), database_->path()));
      records.push_back(std::move(record));
    }
  }

  Result<Selection> select_now(const Query& query) {
    Selection selection;
    GRADUAND_TRY(select_attempts(query, selection));
    std::set<std::string> wanted;
    for (const Attempt& attempt : selection.attempts) wanted.insert(attempt.run_id);
    GRADUAND_TRY_ASSIGN(auto empty, read_all<Run>("SELECT record FROM runs WHERE NOT EXISTS "
                                                  "(SELECT 1 FROM attempts WHERE run_id = runs.id)"));
    for (const Run& run : empty) {
      const bool asked =
          query.run_ids.empty() || std::find(query.run_ids.begin(), query.run_ids.end(), run.id) != query.run_ids.end();
      if (asked && (!query.since || run.started >= *query.since) && (!query.until || run.started < *query.until))
        wanted.insert(run.id);
    }
    GRADUAND_TRY_ASSIGN(auto all, read_all<Run>("SELECT record FROM runs ORDER BY started, id"));
    for (Run& run : all) {
      if (!wanted.contains(run.id)) continue;
      GRADUAND_TRY_ASSIGN(auto instances, read_all<ClusterInstance>(
                                              "SELECT record FROM instances WHERE run_id = ? ORDER BY id", run.id));
      GRADUAND_TRY_ASSIGN(
          auto transitions,
          read_all<Transition>("SELECT record FROM transitions WHERE run_id = ? ORDER BY started, id", run.id));
      std::move(instances.begin(), instances.end(), std::back_inserter(selection.instances));
      std::move(transitions.begin(), transitions.end(), std::back_inserter(selection.transitions));
      selection.runs.push_back(std::move(run));
    }
    return selection;
  }

  Status select_attempts(const Query& query, Selection& selection) {
    std::string sql = "SELECT number, record FROM attempts WHERE 1";
    std::vector<std::string> texts;
    const auto with = [&](const std::string& condition, const std::string& text) {
      sql += " AND " + condition;
      texts.push_back(text);
    };
    if (!query.feature.empty())
      with("number IN (SELECT number FROM attempt_features WHERE feature = ?)", query.feature);
    if (!query.case_id.empty()) with("case_id = ?", query.case_id);
    if (query.since) sql += " AND started >= " + std::to_string(micros(*query.since));
    if (query.until) sql += " AND started < " + std::to_string(micros(*query.until));
    // As one JSON parameter: the number of plain parameters is limited.
    if (!query.run_ids.empty())
      with("run_id IN (SELECT value FROM json_each(?))", json::serialize(to_json(query.run_ids)));
    sql += " ORDER BY started, id";
    GRADUAND_TRY_ASSIGN(Statement statement, database_->prepare(sql));
    for (std::size_t i = 0; i < texts.size(); ++i) statement.bind(static_cast<int>(i) + 1, texts[i]);
    while (true) {
      GRADUAND_TRY_ASSIGN(const bool row, statement.step());
      if (!row) return {};
      GRADUAND_TRY_ASSIGN(Attempt attempt, parse_record<Attempt>(statement.text(1), database_->path()));
      selection.attempts.push_back(std::move(attempt));
      selection.attempt_numbers.push_back(statement.integer(0));
    }
  }

  std::mutex mutex_;
  std::unique_ptr<Database> database_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& path) {
  GRADUAND_TRY_ASSIGN(auto database, Database::open(path));
  GRADUAND_TRY(migrate(*database));
  return std::make_unique<SqliteStore>(std::move(database));
}

}  // namespace graduand::history
