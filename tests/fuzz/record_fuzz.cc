// SPDX-License-Identifier: Apache-2.0
// For libFuzzer: tests/CMakeLists.txt builds it where the compiler is clang.
#include <cstdint>
#include <cstdlib>

#include "framework/results/protocol.h"

// A record that was read must be one that can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace graduand;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto record = parse_json(line).and_then(results::record_from_json);
  if (record) {
    const auto text = canonical_json(results::to_json(*record));
    if (!parse_json(text).and_then(results::record_from_json)) std::abort();
  }
  const auto message = results::message_from_line(line);
  if (message && !results::message_from_line(canonical_json(results::to_json(*message)))) std::abort();
  return 0;
}
