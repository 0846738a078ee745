// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace graduand::runner {

// A file name for a cell or case: '/' becomes "__", what is not [A-Za-z0-9._-] becomes '-'. Where that (or the length,
// at most 100) could make two texts the same, a hash of the text is appended.
std::string path_name(std::string_view text);

// The attempt's namespace: "gr-<run>-<case>-<attempt>-<number>", a DNS label (RFC 1123, at most 63 characters). Unique
// to the attempt and the cluster instance, so that a repetition after a kill does not meet what is left of the first.
std::string namespace_name(const std::string& run_id, const std::string& instance_id, const std::string& case_id,
                           const std::string& attempt_id, int number);

// The text in one line, without control characters, at most `limit` bytes.
std::string one_line(std::string_view text, std::size_t limit = 2000);

}  // namespace graduand::runner
