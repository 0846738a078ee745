// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/provider_capabilities.h"

#include <algorithm>
#include <utility>

namespace graduand::catalogue {
namespace {

using Row = std::pair<const char*, ProviderCapabilities>;

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {kDefaultProvider, {.node_access = true, .transitions = true, .makes_clusters = true}},
      {"existing", {.given_cluster = true, .cells_share_one_cluster = true}},
      {"none", {.simulated = true, .transitions = true}},
  };
  return table;
}

}  // namespace

const ProviderCapabilities& capabilities_of(std::string_view provider) {
  static const ProviderCapabilities none;
  const auto found = std::find_if(rows().begin(), rows().end(), [&](const Row& row) { return row.first == provider; });
  return found == rows().end() ? none : found->second;
}

const std::vector<std::string>& provider_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Row& row : rows()) all.emplace_back(row.first);
    return all;
  }();
  return names;
}

}  // namespace graduand::catalogue
