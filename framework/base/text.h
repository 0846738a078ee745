// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace graduand {

std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);  // empty parts are kept
std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);
bool starts_with(std::string_view text, std::string_view prefix);

// The candidate nearest to `word` by Levenshtein distance, when that is at most a third of the word's length (at least
// 2); empty otherwise. For "did you mean".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);
// "did you mean 'x'?" or an empty string.
std::string did_you_mean_hint(std::string_view word, const std::vector<std::string>& candidates);

// The text without C0 control characters except tab and newline, and without terminal escape sequences: for showing
// foreign text.
std::string printable(std::string_view text);
// At most `limit` bytes, cut at a UTF-8 boundary, with " […]" when cut.
std::string shorten(std::string_view text, std::size_t limit);
std::string base64_encode(std::string_view bytes);
// Standard alphabet, white space ignored; false when it is not base64.
bool base64_decode(std::string_view text, std::string& bytes);

}  // namespace graduand
