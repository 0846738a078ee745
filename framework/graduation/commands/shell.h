// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace graduand::graduation {

// As one word of a POSIX shell: unchanged where it is one, else in single quotes.
std::string shell_quoted(std::string_view text);

}  // namespace graduand::graduation
