// SPDX-License-Identifier: Apache-2.0
#include "framework/history/sqlite_marks.h"

#include "framework/base/text.h"
#include "framework/history/sqlite_numbers.h"
#include "framework/history/sqlite_records.h"

namespace graduand::history {
namespace {

using results::Mark;

// The first column of each row; the parameters are bound in their order.
Result<std::vector<std::string>> texts(Database& database, const std::string& sql,
                                       const std::vector<std::string>& parameters) {
  GRADUAND_TRY_ASSIGN(Statement statement, database.prepare(sql));
  for (std::size_t i = 0; i < parameters.size(); ++i) statement.bind(static_cast<int>(i) + 1, parameters[i]);
  std::vector<std::string> found;
  while (true) {
    GRADUAND_TRY_ASSIGN(const bool row, statement.step());
    if (!row) return found;
    found.push_back(statement.text(0));
  }
}

Status check_case(Database& database, const Mark& mark) {
  GRADUAND_TRY_ASSIGN(const auto cases,
                      texts(database,
                            "SELECT DISTINCT case_id FROM attempts JOIN attempt_features USING (number) "
                            "WHERE feature = ? ORDER BY case_id",
                            {mark.feature}));
  for (const std::string& one : cases)
    if (one == mark.case_id) return {};
  if (!cases.empty())
    return fail(ErrorKind::kUsage,
                "no attempt of case '" + mark.case_id + "' for feature " + mark.feature + " is in the history",
                database.path(), did_you_mean_hint(mark.case_id, cases));
  GRADUAND_TRY_ASSIGN(const auto features,
                      texts(database, "SELECT DISTINCT feature FROM attempt_features ORDER BY feature", {}));
  return fail(ErrorKind::kUsage, "no attempt for feature '" + mark.feature + "' is in the history", database.path(),
              did_you_mean_hint(mark.feature, features));
}

Status check_target(Database& database, const Mark& mark) {
  GRADUAND_TRY_ASSIGN(
      const auto found,
      texts(database, "SELECT id FROM attempts WHERE id = ?1 UNION ALL SELECT id FROM transitions WHERE id = ?1",
            {mark.target}));
  if (!found.empty()) return {};
  // The newest are the likeliest, and comparing with all of a large history would take seconds.
  GRADUAND_TRY_ASSIGN(auto candidates, texts(database, "SELECT id FROM attempts ORDER BY number DESC LIMIT 20000", {}));
  GRADUAND_TRY_ASSIGN(const auto transitions,
                      texts(database, "SELECT id FROM transitions ORDER BY started DESC LIMIT 2000", {}));
  candidates.insert(candidates.end(), transitions.begin(), transitions.end());
  return fail(ErrorKind::kUsage, "no attempt or transition '" + mark.target + "' is in the history", database.path(),
              did_you_mean_hint(mark.target, candidates));
}

}  // namespace

Result<Mark> add_mark_now(Database& database, Mark mark, Timestamp at) {
  GRADUAND_TRY(results::check(mark));
  GRADUAND_TRY(mark.kind == Mark::Kind::kFixed ? check_case(database, mark) : check_target(database, mark));
  GRADUAND_TRY_ASSIGN(const std::int64_t place, database.integer("SELECT coalesce(max(number), 0) + 1 FROM marks"));
  NextNumber next(database, at);
  GRADUAND_TRY_ASSIGN(const std::int64_t number, next.take());
  mark.id = "mark-" + std::to_string(place);
  mark.made = at;
  GRADUAND_TRY_ASSIGN(Statement insert, database.prepare("INSERT INTO marks(number, ingest, record) VALUES (?, ?, ?)"));
  GRADUAND_TRY(insert.bind(1, place).bind(2, number).bind(3, text_of(mark)).run());
  return mark;
}

}  // namespace graduand::history
