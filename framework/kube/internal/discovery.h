// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/kube/internal/transport.h"

namespace graduand::kube::internal {

struct Discovered {
  Resource resource;
  std::string singular;
  std::vector<std::string> short_names;
};

// Everything the server serves, each group in its preferred version, core first. Aggregated discovery (KEP-3352) in two
// requests; servers without it are asked group by group.
ApiResult<std::vector<Discovered>> discover_all(Transport& transport, const Until& until);
// By plural, singular, short name or kind, optionally followed by ".<group>". The first match wins, as with kubectl.
std::optional<Resource> find_resource(const std::vector<Discovered>& all, const std::string& name);

}  // namespace graduand::kube::internal
