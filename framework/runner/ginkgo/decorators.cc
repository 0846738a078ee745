// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/decorators.h"

#include <set>
#include <utility>

namespace graduand::runner {
namespace {

using Pairs = std::set<std::pair<int, int>>;  // one spec and the next

// The first is the seed of the order that is known.
constexpr int kSeeds[] = {2, 3, 4, 5, 6, 7};

std::vector<bool> in_groups(std::size_t specs, const std::vector<std::vector<int>>& groups) {
  std::vector<bool> grouped(specs);
  for (const auto& group : groups)
    for (const int one : group) grouped[static_cast<std::size_t>(one)] = true;
  return grouped;
}

Pairs pairs_of(const std::vector<int>& order) {
  Pairs pairs;
  for (std::size_t i = 1; i < order.size(); ++i) pairs.emplace(order[i - 1], order[i]);
  return pairs;
}

}  // namespace

void mark_serial(std::vector<results::GinkgoNode>& specs, const std::vector<std::vector<int>>& groups) {
  if (groups.empty()) return;
  const std::vector<bool> grouped = in_groups(specs.size(), groups);
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (!grouped[i]) specs[i].serial = true;
}

void mark_ordered(std::vector<results::GinkgoNode>& specs, const std::vector<std::vector<int>>& groups,
                  const std::vector<int>& run_order, const ShuffledOrder& shuffled) {
  if (groups.empty()) return;
  const std::vector<bool> grouped = in_groups(specs.size(), groups);
  const auto spec = [&](int position) -> results::GinkgoNode& { return specs[static_cast<std::size_t>(position)]; };
  Pairs together = pairs_of(run_order);
  std::erase_if(together, [&](const auto& pair) {
    const auto [one, next] = pair;
    return grouped[static_cast<std::size_t>(one)] || grouped[static_cast<std::size_t>(next)] ||
           spec(one).outermost.empty() || spec(one).outermost != spec(next).outermost;
  });
  for (const int seed : kSeeds) {
    if (together.empty()) return;
    const auto order = shuffled(seed);
    if (!order) return;
    const Pairs now = pairs_of(*order);
    std::erase_if(together, [&](const auto& pair) { return !now.contains(pair); });
  }
  for (const auto& [one, next] : together) spec(one).ordered = spec(next).ordered = true;
}

}  // namespace graduand::runner
