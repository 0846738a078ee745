// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "framework/runner/plan/suite.h"

namespace graduand::runner {

// The suite by the driver of its kind: its cases, as its program tells them, once for each version of Kubernetes that
// it has an own program for. Errors and limits: see load_suites.
Result<std::vector<LoadedSuite>> load_by_kind(const catalogue::SuiteFile& file, ProcessRunner& processes,
                                              const LoadOptions& options, const CancelToken& cancel);

}  // namespace graduand::runner
