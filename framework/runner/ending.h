// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/results/records.h"

namespace graduand::runner {

// How an attempt ended, before the cluster's health was asked.
struct Ending {
  results::Outcome outcome = results::Outcome::kCrashed;
  std::string reason;  // one line; empty for passed
  // infra-error: known to come from outside the product, so that a healthy cluster does not make it a failure. Such as
  // a BeforeSuite of upstream's binary that failed before any spec began.
  bool outside = false;
};

}  // namespace graduand::runner
