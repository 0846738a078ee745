// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/process.h"
#include "framework/results/records.h"
#include "framework/runner/messages.h"

namespace graduand::runner {

struct Ending {
  results::Outcome outcome = results::Outcome::kCrashed;
  std::string reason;  // one line; empty for passed
  // infra-error: known to come from outside the product, so that a healthy cluster does not make it a failure. Such as
  // a BeforeSuite of upstream's binary that failed before any spec began.
  bool outside = false;
};

// How an attempt ended, by what its process said and how it went. Pure. In this order:
//  - ended by the time limit → timed-out, whatever it said;
//  - ended by a signal, no terminal record or several, messages after it → crashed;
//  - said passed, but wrote lines that are no message, or ended with another exit code than 0 → crashed;
//  - said passed, but reported a failure → failed;
//  - else what it said.
Ending ending_of(const Collected& said, const ProcessResult& result, milliseconds time_limit);

}  // namespace graduand::runner
