// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "framework/base/cancel.h"
#include "framework/base/clock.h"

namespace graduand::kube::internal {

// How long one operation may block.
struct Until {
  SteadyTime deadline;
  CancelToken cancel{};

  static Until after(milliseconds limit, CancelToken token = {}) {
    return Until{system_clock().steady_now() + limit, std::move(token)};
  }
  // Rounded up, so that a wait for the rest never spins; 0 when the deadline has passed.
  milliseconds left() const {
    const auto rest = std::chrono::ceil<milliseconds>(deadline - system_clock().steady_now());
    return std::max(rest, milliseconds{0});
  }
  bool cancelled_or_late() const { return cancel.cancelled() || left().count() == 0; }
};

}  // namespace graduand::kube::internal
