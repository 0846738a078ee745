// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/integration/program.h"

namespace graduand::testing_support {

struct GinkgoSelection {
  std::vector<std::string> selected;
  std::vector<std::string> pending;  // Ginkgo says so of them whatever the filter
};
// The names of the specs that Ginkgo's own dry run of `binary` selects with a label filter. Its report is written to
// `folder`. Takes seconds with Kubernetes' e2e.test.
GinkgoSelection selected_by_ginkgo(const fs::path& binary, const std::string& filter, const fs::path& folder);

// Expects that `suites list --all-specs` of the program, whose only suite names `binary`, lists with this filter
// exactly what Ginkgo selects. Returns how many specs that are.
std::size_t expect_ginkgos_selection(const Program& program, const fs::path& binary, const std::string& filter);

}  // namespace graduand::testing_support
