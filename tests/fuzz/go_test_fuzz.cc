// SPDX-License-Identifier: Apache-2.0
// For libFuzzer: tests/CMakeLists.txt builds it where the compiler is clang.
#include <cstdint>

#include "tests/fuzz/report_targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  graduand::fuzz::go_test_round({reinterpret_cast<const char*>(data), size});
  return 0;
}
