// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/base/cancel.h"
#include "framework/base/clock.h"
#include "framework/e2e/internal/record_sink.h"
#include "framework/e2e/registry.h"

namespace graduand::e2e {

// Runs one attempt of one case from its namespace's creation to its deletion and sends the terminal record, last. An
// attempt that was told to stop and did not pass sends none: only the runner knows why it was stopped. GoogleTest must
// be initialised, and no other test registered. Returns the process's exit code (see case.h).
int run_attempt(const results::AttemptContext& attempt, const RegisteredCase& registered, RecordSink& sink,
                int watched_fd, const CancelToken& cancel, const Clock& clock);

}  // namespace graduand::e2e
