// SPDX-License-Identifier: Apache-2.0
#include "framework/history/sqlite_numbers.h"

#include "framework/history/sqlite_records.h"

namespace graduand::history {

Result<std::int64_t> NextNumber::take() {
  if (taken_) return *taken_;
  GRADUAND_TRY_ASSIGN(const std::int64_t newest, database_.integer("SELECT coalesce(max(number), 0) FROM ingests"));
  GRADUAND_TRY_ASSIGN(Statement insert, database_.prepare("INSERT INTO ingests(number, at) VALUES (?, ?)"));
  GRADUAND_TRY(insert.bind(1, newest + 1).bind(2, micros(at_)).run());
  taken_ = newest + 1;
  return *taken_;
}

Result<Watermark> watermark(Database& database, std::optional<long> up_to) {
  GRADUAND_TRY_ASSIGN(const std::int64_t newest, database.integer("SELECT coalesce(max(number), 0) FROM ingests"));
  const std::int64_t number = up_to.value_or(newest);
  if (number < 0 || number > newest)
    return fail(ErrorKind::kUsage,
                "there is no ingest or mark " + std::to_string(number) +
                    " in the history to look back to; the newest is " + std::to_string(newest),
                database.path(), "name a number from 0 to " + std::to_string(newest));
  if (number == 0) return Watermark{};
  GRADUAND_TRY_ASSIGN(Statement find, database.prepare("SELECT at FROM ingests WHERE number = ?"));
  find.bind(1, number);
  GRADUAND_TRY(find.step());
  return Watermark{number, time_of(find.integer(0))};
}

}  // namespace graduand::history
