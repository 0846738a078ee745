// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/base/clock.h"
#include "framework/history/sqlite.h"

namespace graduand::history {

// "grad" in a SQLite header's application_id: how a history is told from other SQLite files.
inline constexpr std::int64_t kApplicationId = 0x67726164;

// The schema that this program writes: the number of migrations.
int schema_version();

// Brings a new or older file to schema_version() in one transaction; `now` dates what an older version did not date.
// kUsage when the file belongs to another program
// or was written by a newer version.
Status migrate(Database& database, Timestamp now);

// For those who only read: kUsage when the file is no history, or is of an older or a newer schema than ours, with what
// to do.
Status check_current(Database& database);

}  // namespace graduand::history
