// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "framework/base/error.h"

namespace graduand::runner {

// SHA-256, as 64 hexadecimal digits.
std::string sha256_hex(std::string_view text);
// The same of a file's content. kNotFound when there is none, kInfrastructure when it cannot be read.
Result<std::string> sha256_of_file(const std::filesystem::path& file);
// The same, remembered in `cache` (a folder) by the file's path, size, inode and time of change, because a test binary
// has a hundred megabytes.
Result<std::string> remembered_digest(const std::filesystem::path& file, const std::filesystem::path& cache);

}  // namespace graduand::runner
