// SPDX-License-Identifier: Apache-2.0
#include "framework/results/try_id.h"

#include "framework/base/text.h"

namespace graduand::results {

std::string try_id(const std::string& attempt_id, int number) {
  return attempt_id + "/try-" + std::to_string(number);
}

std::string attempt_of_try(const std::string& id) {
  const std::size_t at = id.rfind('/');
  if (at == std::string::npos || !starts_with(std::string_view(id).substr(at), "/try-")) return {};
  return id.substr(0, at);
}

}  // namespace graduand::results
