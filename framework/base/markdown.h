// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace graduand {

// Text as Markdown shows it: nothing in it is markup, HTML or a table's border; line breaks become spaces.
std::string markdown_text(std::string_view text);
// Text as it is, in a fence that it cannot close.
std::string markdown_fence(std::string_view text);
// Text as `code` in one line.
std::string markdown_code(std::string_view text);

}  // namespace graduand
