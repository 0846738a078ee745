// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/e2e/context.h"

namespace graduand::e2e {

// The times in which something did not answer. A gap lasts from the beginning of its first unanswered probe to the end
// of the first answered one after it, in seconds; one that has no end yet counts up to its last probe.
class GapMeter {
 public:
  void note(bool answered, SteadyTime began, SteadyTime ended);
  int probes() const { return probes_; }
  const std::vector<double>& gaps() const { return gaps_; }  // in order
  double longest_s() const;
  double total_s() const;
  // Whether the last probe was answered.
  bool answering() const { return !open_since_; }

 private:
  std::optional<SteadyTime> open_since_;
  std::vector<double> gaps_;
  int probes_ = 0;
};

// What differs between two looks at a workload: "pod a: gone", "pod a: is another one", "pod a, container c: restarted
// 2 times". Pods that came later are no difference. Pure.
std::vector<std::string> workload_changes(const std::vector<json::value>& before,
                                          const std::vector<json::value>& after);

struct Watched {
  GapMeter api;
  std::vector<std::string> changes;  // of the workload
};

// For a step that goes throughout: until it is told to finish, probes the API server's /readyz (`every` so often, each
// probe within a second), and compares the pods that `selector` matches in the attempt's namespace at the beginning and
// at the end. Keeps the measures api_probes, api_gaps, api_gap_longest (s) and api_gap_total (s). CaseError when
// there is no such pod at the beginning, or when the pods cannot be listed.
Watched watch_until_finish(Context& ctx, const std::string& selector, milliseconds every = milliseconds(200));

}  // namespace graduand::e2e
