// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/history/sqlite_numbers.h"

namespace graduand::history {

// Adds one run directory's records within the caller's transaction, which must be immediate and be rolled back on an
// error. What Store::ingest promises, it keeps.
class SqliteIngest {
 public:
  SqliteIngest(Database& database, Timestamp at) : database_(database), number_(database, at) {}
  Result<IngestSummary> add(const results::RunContents& contents);

 private:
  Status add_run(const results::Run& run);
  Status add_schedule(const results::Run& run);
  Status add_version(const results::Run& run);
  Status add_plan(const results::RunContents& contents);
  Status add_attempts(const results::RunContents& contents);
  template <class T>
  Status add_all(const std::string& run_id, const std::string& table, const std::string& what,
                 const std::vector<T>& records, int& added);
  // Whether a record of this id is there with the same content; kConflict when with another.
  template <class T>
  Result<bool> is_known(Statement& find, const std::string& what, const std::string& id, const std::string& text);
  tl::unexpected<Error> conflict(const std::string& what, const std::string& id) const;

  Database& database_;
  NextNumber number_;
  IngestSummary summary_;
};

}  // namespace graduand::history
