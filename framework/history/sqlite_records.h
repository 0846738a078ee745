// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/history/sqlite.h"
#include "framework/results/mark.h"
#include "framework/results/run_directory.h"

// How records become columns of the history and come back.
namespace graduand::history {

// Microseconds since 1970 UTC.
std::int64_t micros(Timestamp time);
Timestamp time_of(std::int64_t micros);

// The JSON text that a table's column `record` holds.
std::string text_of(const results::Record& record);
std::string text_of(const results::RunPlan& plan);
std::string text_of(const results::Mark& mark);

// Records by their own reader; kInfrastructure naming `where` for one of another type than its table.
template <class T>
Result<T> parse_record(const std::string& text, const std::string& where) {
  GRADUAND_TRY_ASSIGN(const json::value value, parse_json(text, where, JsonLimits{.max_bytes = text.size()}));
  if constexpr (std::is_same_v<T, results::RunPlan>) {
    return results::RunPlan::from_json(value);
  } else if constexpr (std::is_same_v<T, results::Mark>) {
    return results::mark_from_json(value);
  } else {
    GRADUAND_TRY_ASSIGN(results::Record record, results::record_from_json(value));
    if (auto* typed = std::get_if<T>(&record)) return std::move(*typed);
    return fail(ErrorKind::kInfrastructure, "the history holds a record of another type than its table", where);
  }
}

// Whether the stored text says the same. An older version may have written fewer members; read and written again by
// this one, it has the same.
template <class T>
bool same(const std::string& stored, const std::string& text) {
  if (stored == text) return true;
  const auto record = parse_record<T>(stored, "");
  return record && text_of(*record) == text;
}

}  // namespace graduand::history
