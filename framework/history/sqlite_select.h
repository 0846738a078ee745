// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/history/sqlite.h"
#include "framework/history/store.h"

namespace graduand::history {

// What Store::select returns, within the caller's transaction.
Result<Selection> select_now(Database& database, const Query& query);

// The newest version of every run, by start time.
Result<std::vector<results::Run>> all_runs(Database& database);

}  // namespace graduand::history
