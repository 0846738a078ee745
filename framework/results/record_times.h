// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/results/records.h"

namespace graduand::results {

// How far the wall clock may have been set back or forth during a run before its records contradict each other.
inline constexpr milliseconds kClockSlack{2000};

// Whether a record lies within its run: it starts no earlier, and when the run has finished, `started` + `took` is no
// later, give or take kClockSlack. kUsage naming the record, both times and what was expected. Of a run itself: that
// it does not finish before it starts (without slack, as both are one process's).
Status check_times(const Run& run);
Status check_times(const Run& run, const Attempt& attempt);
Status check_times(const Run& run, const Transition& transition);

}  // namespace graduand::results
