// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "framework/base/json.h"

namespace graduand::results {

// The text with every ill-formed UTF-8 sequence replaced by U+FFFD, one for each maximal ill-formed part (Unicode
// 15, section 3.9). What tests print is arbitrary bytes, and JSON and XML readers refuse those.
std::string valid_utf8(std::string_view text);
// The same for every string within a JSON value, member names included.
void make_valid_utf8(json::value& value);
// Valid UTF-8 without the characters that XML 1.0 cannot carry even escaped (production [2] Char).
std::string xml_text(std::string_view text);

}  // namespace graduand::results
