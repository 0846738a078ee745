// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/units.h"

#include <map>
#include <numeric>
#include <string>
#include <tuple>

namespace graduand::runner {
namespace {

class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size) : above_(size) { std::iota(above_.begin(), above_.end(), 0); }
  int find(int one) {
    while (above_[at(one)] != one) one = above_[at(one)] = above_[at(above_[at(one)])];
    return one;
  }
  void join(int a, int b) { above_[at(find(a))] = find(b); }

 private:
  static std::size_t at(int position) { return static_cast<std::size_t>(position); }
  std::vector<int> above_;
};

}  // namespace

std::vector<std::vector<int>> find_ginkgo_units(const std::vector<results::GinkgoNode>& specs,
                                                const std::vector<int>& run_order,
                                                const std::vector<std::vector<int>>& groups) {
  const auto spec = [&](int position) -> const results::GinkgoNode& {
    return specs[static_cast<std::size_t>(position)];
  };
  DisjointSets sets(specs.size());
  std::vector<bool> grouped(specs.size());
  for (const std::vector<int>& group : groups)
    for (const int one : group) {
      sets.join(one, group.front());
      grouped[static_cast<std::size_t>(one)] = true;
    }
  const auto open = [&](int one) { return spec(one).ordered && !grouped[static_cast<std::size_t>(one)]; };
  std::map<std::tuple<std::string, std::string, int>, int> by_place;
  for (std::size_t i = 0; i < run_order.size(); ++i) {
    const int one = run_order[i];
    if (i > 0 && open(run_order[i - 1]) && open(one) && spec(run_order[i - 1]).outermost == spec(one).outermost)
      sets.join(one, run_order[i - 1]);
    const auto [twin, fresh] = by_place.emplace(std::tuple(spec(one).name, spec(one).file, spec(one).line), one);
    if (!fresh) sets.join(one, twin->second);
  }
  std::map<int, std::vector<int>> members;
  for (const int one : run_order) members[sets.find(one)].push_back(one);
  std::vector<std::vector<int>> units;
  for (auto& [root, unit] : members)
    if (unit.size() > 1) units.push_back(std::move(unit));
  return units;
}

}  // namespace graduand::runner
