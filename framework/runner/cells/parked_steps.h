// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "framework/runner/plan/plan.h"

namespace graduand::runner {

// Steps of phased cases that wait for others of their case and repeat. They are looked at again only when one of those
// was recorded, so that many that wait cost nothing.
class ParkedSteps {
 public:
  void park(const PlannedAttempt& planned, const std::string& phased_case);
  // Of any attempt; ordinary ones change nothing.
  void recorded(const results::Attempt& attempt);
  // One that may be able to start now; park() it again if it is not. Null: none.
  const PlannedAttempt* take();
  // Those that are left, whether they could start or not.
  std::deque<const PlannedAttempt*> take_all();

 private:
  using Key = std::pair<std::string, int>;  // phased case, number
  std::map<Key, std::deque<const PlannedAttempt*>> waiting_;
  std::deque<const PlannedAttempt*> to_look_at_;
};

}  // namespace graduand::runner
