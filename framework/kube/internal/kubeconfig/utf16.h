// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "framework/base/error.h"

namespace graduand::kube::internal {

// A file's text as UTF-8 without a byte order mark. Behind a mark of UTF-16 (PowerShell's `>` writes such files) it is
// decoded; anything else is taken as it is. kUsage naming `source` for half a character.
Result<std::string> to_utf8(std::string_view bytes, const std::string& source);

}  // namespace graduand::kube::internal
