// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/history/store.h"

namespace graduand::history {

// The part of a selection that a query would have found, as Store::select would have: for tables, beside a verdict that
// was made from all of it.
Selection narrow(const Selection& all, const Query& query);

}  // namespace graduand::history
