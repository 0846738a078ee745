// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "framework/history/sqlite.h"
#include "framework/history/store.h"

namespace graduand::history {

// The number that a transaction's records carry. It is taken with the first of them, so that an ingest that adds
// nothing has none. Lives within one immediate transaction.
class NextNumber {
 public:
  NextNumber(Database& database, Timestamp at) : database_(database), at_(at) {}
  // One more than the newest; the same for the rest of the transaction.
  Result<std::int64_t> take();

 private:
  Database& database_;
  Timestamp at_;
  std::optional<std::int64_t> taken_;
};

// The newest number and its time, or those of `up_to`; {0} before the first. kUsage naming the newest for a number
// that is beyond it, or below 0.
Result<Watermark> watermark(Database& database, std::optional<long> up_to);

}  // namespace graduand::history
