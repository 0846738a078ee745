// SPDX-License-Identifier: Apache-2.0
#include "framework/results/record_times.h"

#include <fmt/format.h>

namespace graduand::results {
namespace {

constexpr const char* kHint =
    "records are evidence only as the run wrote them: take the untouched run directory, or run again";

tl::unexpected<Error> out_of_time(const std::string& what) {
  return fail(ErrorKind::kUsage,
              fmt::format("{}; a record must lie within its run's start and end, give or take {}", what,
                          format_duration(kClockSlack)),
              {}, kHint);
}

Status check(const Run& run, const std::string& what, Timestamp started, milliseconds took) {
  if (took.count() < 0) return out_of_time(what + " took less than no time");
  if (started < run.started - kClockSlack)
    return out_of_time(fmt::format("{} started at {}, before its run {} did at {}", what, format_rfc3339(started),
                                   run.id, format_rfc3339(run.started)));
  if (!run.finished) return {};
  // In milliseconds, where no duration that can be read overflows.
  const auto room = std::chrono::floor<milliseconds>(*run.finished - started) + kClockSlack;
  if (took > room)
    return out_of_time(fmt::format("{} started at {} and took {}, beyond the end of its run {} at {}", what,
                                   format_rfc3339(started), format_duration(took), run.id,
                                   format_rfc3339(*run.finished)));
  return {};
}

}  // namespace

Status check_times(const Run& run) {
  if (!run.finished || *run.finished >= run.started) return {};
  return fail(ErrorKind::kUsage,
              fmt::format("run {} finished at {}, before it started at {}; expected an end that is no earlier", run.id,
                          format_rfc3339(*run.finished), format_rfc3339(run.started)),
              {}, kHint);
}

Status check_times(const Run& run, const Attempt& attempt) {
  return check(run, "attempt " + attempt.id, attempt.started, attempt.took);
}

Status check_times(const Run& run, const Transition& transition) {
  return check(run, "transition " + transition.id, transition.started, transition.took);
}

}  // namespace graduand::results
