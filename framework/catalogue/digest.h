// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace graduand::catalogue {

// The first `digits` lower-case hex digits of the text's SHA-256.
std::string sha256_hex(std::string_view text, std::size_t digits);

}  // namespace graduand::catalogue
