// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "framework/base/json.h"

namespace graduand::results {

// What somebody says later about records that never change. Kept by the history beside them, append-only, and printed
// in every verdict that it has a part in.
struct Mark {
  enum class Kind {
    kFixed,           // the cause of a case's failures is mended: its count starts anew from `since`
    kInfrastructure,  // an attempt or transition failed because of the infrastructure
  };
  Kind kind = Kind::kFixed;
  std::string id{};                  // "mark-1", in the order of making; the history's
  std::string feature{};             // fixed
  std::string case_id{};             // fixed
  std::optional<Timestamp> since{};  // fixed: attempts that started before do not count; or
  std::string
      since_revision{};  // fixed: from the first attempt of the case at this revision of suite, harness or product
  std::string target{};  // infrastructure: the attempt's or transition's id
  std::string rule = "by hand";  // what classified it
  std::string reason{};
  std::string author{};
  Timestamp made{};
};
const char* to_string(Mark::Kind kind);  // "fixed", "infrastructure"

// kUsage for a mark without what its kind needs: reason and author always; fixed: feature, case and one of since and
// since_revision; infrastructure: target.
Status check(const Mark& mark);

json::object to_json(const Mark& mark);
Result<Mark> mark_from_json(const json::value& value);

}  // namespace graduand::results
