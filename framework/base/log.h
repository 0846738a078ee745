// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/spdlog.h>

namespace graduand {

// Sends the default logger to stderr, plain (no colour when NO_COLOR is set or stderr is no terminal). Levels: 0
// warnings, 1 info, 2 debug, more trace. Call once, from main.
void set_up_logging(int verbosity);

}  // namespace graduand
