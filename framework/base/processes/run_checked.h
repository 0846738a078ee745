// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "framework/base/processes/process.h"

namespace graduand {

// Runs a command that has to succeed: its standard output, or an error of `kind` with what it was doing, how it ended
// and the last lines of its standard error.
Result<std::string> run_checked(ProcessRunner& processes, const ProcessSpec& spec, const std::string& doing,
                                ErrorKind kind = ErrorKind::kInfrastructure, const CancelToken& cancel = {});
// The last `lines` lines that are not empty, joined by "; ", fit for a one-line message.
std::string last_lines(std::string_view text, std::size_t lines);

}  // namespace graduand
