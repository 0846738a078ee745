// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace graduand::fuzz {

// One round of each fuzzer of what foreign test programs write: read the bytes, and abort() when a promise of the
// reader is broken: it reads or refuses as the user's mistake, within its limits, and what it keeps can be recorded.
void go_test_round(std::string_view bytes);
void junit_round(std::string_view bytes);

}  // namespace graduand::fuzz
