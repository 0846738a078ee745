// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

namespace graduand {

// Whether `one` is an element of `all`.
template <class T>
bool contains(const std::vector<T>& all, const std::type_identity_t<T>& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace graduand
