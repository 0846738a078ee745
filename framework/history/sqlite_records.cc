// SPDX-License-Identifier: Apache-2.0
#include "framework/history/sqlite_records.h"

namespace graduand::history {

std::int64_t micros(Timestamp time) {
  return time.time_since_epoch().count();
}

Timestamp time_of(std::int64_t micros) {
  return Timestamp{std::chrono::microseconds(micros)};
}

std::string text_of(const results::Record& record) {
  return json::serialize(results::to_json(record));
}

std::string text_of(const results::RunPlan& plan) {
  return json::serialize(plan.to_json());
}

std::string text_of(const results::Mark& mark) {
  return json::serialize(results::to_json(mark));
}

}  // namespace graduand::history
