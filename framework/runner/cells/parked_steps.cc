// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cells/parked_steps.h"

namespace graduand::runner {

void ParkedSteps::park(const PlannedAttempt& planned, const std::string& phased_case) {
  waiting_[{phased_case, planned.number}].push_back(&planned);
}

void ParkedSteps::recorded(const results::Attempt& attempt) {
  if (attempt.phased_case.empty()) return;
  const auto freed = waiting_.extract({attempt.phased_case, attempt.number});
  if (freed.empty()) return;
  to_look_at_.insert(to_look_at_.end(), freed.mapped().begin(), freed.mapped().end());
}

const PlannedAttempt* ParkedSteps::take() {
  if (to_look_at_.empty()) return nullptr;
  const PlannedAttempt* first = to_look_at_.front();
  to_look_at_.pop_front();
  return first;
}

std::deque<const PlannedAttempt*> ParkedSteps::take_all() {
  std::deque<const PlannedAttempt*> all = std::exchange(to_look_at_, {});
  for (const auto& [key, steps] : waiting_) all.insert(all.end(), steps.begin(), steps.end());
  waiting_.clear();
  return all;
}

}  // namespace graduand::runner
