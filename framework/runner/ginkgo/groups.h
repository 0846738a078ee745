// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/catalogue/suites/ginkgo_spec.h"

namespace graduand::runner {

// The seed of Ginkgo's shuffling in every process of ours: the groups' order depends on it, and on nothing else.
inline constexpr const char* kGinkgoSeed = "--ginkgo.seed=1";

// Which groups of specs the binary's parallel processes are dealt, by index, as positions in `specs`. Found out by one
// such process that a focus lets run no spec (and so no BeforeSuite): it reports each spec of a group as left out. A
// spec that cannot be told from another makes its group empty. Empty when the binary does not take part in that.
std::vector<std::vector<int>> find_ginkgo_groups(const std::filesystem::path& binary,
                                                 const std::vector<std::string>& flags,
                                                 const std::vector<catalogue::GinkgoSpec>& specs,
                                                 ProcessRunner& processes, const CancelToken& cancel);

}  // namespace graduand::runner
