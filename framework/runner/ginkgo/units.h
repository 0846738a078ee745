// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "framework/results/foreign/ginkgo_report.h"

namespace graduand::runner {

// Which specs run only together: those of an ordered container, where each needs what came before it, and those with
// one name at one place, of which no focus chooses one. As positions in `specs`, each unit in the order in which its
// specs run; specs that run by themselves are in none. `run_order` are the positions in the order in which the binary
// runs them. `groups` are what its parallel processes are dealt, see GinkgoListing: a report says that a spec is in an
// ordered container, but not in which one of those around it. For what is in no group, serial specs for one, neighbours
// in the same outermost container are taken for one unit: Ginkgo keeps the containers apart in any case.
std::vector<std::vector<int>> find_ginkgo_units(const std::vector<results::GinkgoNode>& specs,
                                                const std::vector<int>& run_order,
                                                const std::vector<std::vector<int>>& groups);

}  // namespace graduand::runner
