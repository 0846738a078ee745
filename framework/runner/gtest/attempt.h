// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "framework/base/processes/process.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/ending.h"
#include "framework/runner/messages.h"

namespace graduand::runner {

// The suite's program on one attempt: `<binary> --attempt <context>` in the attempt's folder, output to its files.
// Between SIGTERM and SIGKILL it has results::kStopGrace.
ProcessSpec attempt_process(const AttemptFiles& files, const std::filesystem::path& binary,
                            const std::string& attempt_id, milliseconds time_limit);

// How an attempt ended, by what its process said and how it went. Pure. In this order:
//  - ended by the time limit → timed-out, whatever it said;
//  - ended by a signal, no terminal record or several, messages after it → crashed;
//  - said passed, but wrote lines that are no message, or ended with another exit code than 0 → crashed;
//  - said passed, but reported a failure → failed;
//  - else what it said.
Ending ending_of(const Collected& said, const ProcessResult& result, milliseconds time_limit);

}  // namespace graduand::runner
