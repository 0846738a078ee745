// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/history/sqlite.h"
#include "framework/results/mark.h"

namespace graduand::history {

// What Store::add_mark does, within the caller's immediate transaction. `at` is when the mark is made.
Result<results::Mark> add_mark_now(Database& database, results::Mark mark, Timestamp at);

}  // namespace graduand::history
