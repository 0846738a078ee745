// SPDX-License-Identifier: Apache-2.0
// The cheapest suite there can be: with --attempt it says that it passed; without, it just ends with 0, for ctest.
#include <unistd.h>

#include <cstring>

int main(int argc, char** argv) {
  if (argc < 2 || std::strcmp(argv[1], "--attempt") != 0) return 0;
  constexpr char kPassed[] = "{\"type\":\"terminal\",\"outcome\":\"passed\",\"reason\":\"\"}\n";
  return ::write(3, kPassed, sizeof kPassed - 1) == sizeof kPassed - 1 ? 0 : 1;
}
