// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "framework/results/foreign/ginkgo_report.h"

// Decorators of specs that Ginkgo's JSON reports do not name (v2.21, which Kubernetes v1.34 has), found out by what
// Ginkgo does. Specs are named by their positions in `specs`; `groups` are what parallel processes are dealt, see
// GinkgoListing. Without groups nothing is found out.
namespace graduand::runner {

// Marks the specs that are in no group as serial: Ginkgo keeps those for its last process.
void mark_serial(std::vector<results::GinkgoNode>& specs, const std::vector<std::vector<int>>& groups);

// The order of all specs when Ginkgo shuffles them with the seed; nullopt when it does not say.
using ShuffledOrder = std::function<std::optional<std::vector<int>>(int seed)>;

// Marks those of the serial specs as ordered that follow one another in `run_order`, in one outermost container, and do
// so however often they are shuffled: Ginkgo shuffles what is in an ordered container as one. A pair of others stays
// together by chance in at most one of 64 such containers, and then only shares a process.
void mark_ordered(std::vector<results::GinkgoNode>& specs, const std::vector<std::vector<int>>& groups,
                  const std::vector<int>& run_order, const ShuffledOrder& shuffled);

}  // namespace graduand::runner
