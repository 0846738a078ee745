// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "framework/kube/internal/kubeconfig/file.h"

// A kubeconfig of anybody's is read, or refused as the user's mistake with a place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = graduand::kube::internal::parse_kubeconfig({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (read) return 0;
  if (read.error().kind != graduand::ErrorKind::kUsage || read.error().where.rfind("fuzz", 0) != 0) std::abort();
  return 0;
}
