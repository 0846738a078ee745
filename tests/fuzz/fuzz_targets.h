// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace graduand::fuzz {

// One round of each fuzzer: read the bytes as hostile input, and abort() when a promise of the reader is broken.
void yaml_round(std::string_view bytes);
void json_round(std::string_view bytes);

}  // namespace graduand::fuzz
