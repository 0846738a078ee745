// SPDX-License-Identifier: Apache-2.0
#include "framework/report/time_shares.h"

#include <fmt/format.h>

#include <vector>

#include "framework/base/text.h"

namespace graduand::report {

std::string time_shares(const results::Transition& transition) {
  const double took = std::chrono::duration<double>(transition.took).count();
  std::vector<std::string> parts;
  for (const results::Measure& share : transition.measures) {
    const milliseconds time(static_cast<std::int64_t>(share.value * 1000));
    parts.push_back(share.name + " " + format_duration(time));
    if (share.name == "own" && took > 0) parts.back() += fmt::format(" ({:.1f} %)", 100 * share.value / took);
  }
  return join(parts, ", ");
}

}  // namespace graduand::report
