// SPDX-License-Identifier: Apache-2.0
#include "framework/history/narrow.h"

#include <algorithm>
#include <set>

#include "framework/base/contains.h"

namespace graduand::history {
namespace {

template <class T>
void copy_of(const std::set<std::string>& runs, const std::vector<T>& from, std::vector<T>& to) {
  std::copy_if(from.begin(), from.end(), std::back_inserter(to),
               [&](const T& one) { return runs.contains(one.run_id); });
}

}  // namespace

Selection narrow(const Selection& all, const Query& query) {
  const auto in_time = [&](Timestamp started) {
    return (!query.since || started >= *query.since) && (!query.until || started < *query.until);
  };
  const auto asked = [&](const std::string& run) { return query.run_ids.empty() || contains(query.run_ids, run); };
  Selection some;
  std::set<std::string> runs;
  std::set<std::string> with_attempts;
  for (std::size_t i = 0; i < all.attempts.size(); ++i) {
    const results::Attempt& attempt = all.attempts[i];
    with_attempts.insert(attempt.run_id);
    if (!asked(attempt.run_id) || !in_time(attempt.started)) continue;
    if (!query.feature.empty() && !contains(attempt.features, query.feature)) continue;
    if (!query.case_id.empty() && attempt.case_id != query.case_id) continue;
    runs.insert(attempt.run_id);
    some.attempts.push_back(attempt);
    if (i < all.attempt_numbers.size()) some.attempt_numbers.push_back(all.attempt_numbers[i]);
  }
  for (const results::Run& run : all.runs)
    if (!with_attempts.contains(run.id) && asked(run.id) && in_time(run.started)) runs.insert(run.id);
  for (const results::Run& run : all.runs)
    if (runs.contains(run.id)) some.runs.push_back(run);
  copy_of(runs, all.instances, some.instances);
  copy_of(runs, all.transitions, some.transitions);
  copy_of(runs, all.facts, some.facts);
  copy_of(runs, all.plans, some.plans);
  some.marks = all.marks;
  some.watermark = all.watermark;
  return some;
}

}  // namespace graduand::history
