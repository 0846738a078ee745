// SPDX-License-Identifier: Apache-2.0
#include "framework/history/sqlite_select.h"

#include <algorithm>
#include <limits>
#include <set>

#include "framework/history/sqlite_numbers.h"
#include "framework/history/sqlite_records.h"

namespace graduand::history {
namespace {

using results::Attempt;
using results::ClusterInstance;
using results::Fact;
using results::Run;
using results::RunPlan;
using results::Transition;

// Each run as its newest version that had come in by ?1 says.
constexpr const char* kRuns =
    "SELECT v.record FROM runs r JOIN run_versions v ON v.run_id = r.id WHERE v.ingest = "
    "(SELECT max(ingest) FROM run_versions WHERE run_id = r.id AND ingest <= ?1)";
constexpr const char* kWithoutAttempts =
    " AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.run_id = r.id AND a.ingest <= ?1)";
constexpr const char* kByStart = " ORDER BY r.started, r.id";

// Reads a history as it was after its first `up_to` ingests and marks.
class Reader {
 public:
  Reader(Database& database, std::int64_t up_to) : database_(database), up_to_(up_to) {}

  // ?1 is up_to, ?2 the parameter.
  template <class T>
  Result<std::vector<T>> all(const std::string& sql, const std::string& parameter = {}) {
    GRADUAND_TRY_ASSIGN(Statement statement, database_.prepare(sql));
    statement.bind(1, up_to_);
    if (!parameter.empty()) statement.bind(2, parameter);
    std::vector<T> records;
    while (true) {
      GRADUAND_TRY_ASSIGN(const bool row, statement.step());
      if (!row) return records;
      GRADUAND_TRY_ASSIGN(T record, parse_record<T>(statement.text(0), database_.path()));
      records.push_back(std::move(record));
    }
  }

  template <class T>
  Status of_run(const std::string& table, const std::string& order, const std::string& run_id, std::vector<T>& out) {
    GRADUAND_TRY_ASSIGN(
        auto found,
        all<T>("SELECT record FROM " + table + " WHERE ingest <= ?1 AND run_id = ?2 ORDER BY " + order, run_id));
    std::move(found.begin(), found.end(), std::back_inserter(out));
    return {};
  }

  Status attempts(const Query& query, Selection& selection) {
    std::string sql = "SELECT number, record FROM attempts WHERE ingest <= ?";
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
    GRADUAND_TRY_ASSIGN(Statement statement, database_.prepare(sql));
    statement.bind(1, up_to_);
    for (std::size_t i = 0; i < texts.size(); ++i) statement.bind(static_cast<int>(i) + 2, texts[i]);
    while (true) {
      GRADUAND_TRY_ASSIGN(const bool row, statement.step());
      if (!row) return {};
      GRADUAND_TRY_ASSIGN(Attempt attempt, parse_record<Attempt>(statement.text(1), database_.path()));
      selection.attempts.push_back(std::move(attempt));
      selection.attempt_numbers.push_back(statement.integer(0));
    }
  }

 private:
  Database& database_;
  std::int64_t up_to_;
};

bool asked_for(const Query& query, const Run& run) {
  const auto& ids = query.run_ids;
  return (ids.empty() || std::find(ids.begin(), ids.end(), run.id) != ids.end()) &&
         (!query.since || run.started >= *query.since) && (!query.until || run.started < *query.until);
}

}  // namespace

Result<Selection> select_now(Database& database, const Query& query) {
  Selection selection;
  GRADUAND_TRY_ASSIGN(selection.watermark, watermark(database, query.up_to));
  Reader reader(database, selection.watermark->number);
  GRADUAND_TRY(reader.attempts(query, selection));
  std::set<std::string> wanted;
  for (const Attempt& attempt : selection.attempts) wanted.insert(attempt.run_id);
  GRADUAND_TRY_ASSIGN(const auto empty, reader.all<Run>(std::string(kRuns) + kWithoutAttempts));
  for (const Run& run : empty)
    if (asked_for(query, run)) wanted.insert(run.id);
  GRADUAND_TRY_ASSIGN(auto runs, reader.all<Run>(std::string(kRuns) + kByStart));
  for (Run& run : runs) {
    if (!wanted.contains(run.id)) continue;
    GRADUAND_TRY(reader.of_run("instances", "id", run.id, selection.instances));
    GRADUAND_TRY(reader.of_run("transitions", "started, id", run.id, selection.transitions));
    std::vector<Fact> facts;
    GRADUAND_TRY(reader.of_run("facts", "id", run.id, facts));
    std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.measured < b.measured; });
    std::move(facts.begin(), facts.end(), std::back_inserter(selection.facts));
    GRADUAND_TRY(reader.of_run("plans", "run_id", run.id, selection.plans));
    selection.runs.push_back(std::move(run));
  }
  GRADUAND_TRY_ASSIGN(selection.marks,
                      reader.all<results::Mark>("SELECT record FROM marks WHERE ingest <= ?1 ORDER BY number"));
  return selection;
}

Result<std::vector<Run>> all_runs(Database& database) {
  return Reader(database, std::numeric_limits<std::int64_t>::max()).all<Run>(std::string(kRuns) + kByStart);
}

}  // namespace graduand::history
