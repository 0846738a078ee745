// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "framework/runner/plan/suite.h"

namespace graduand::runner {

// A suite of kind ginkgo, once for each binary that `options.versions` does not rule out, and unavailable for each
// minor among them that has no binary; see load_suites. An error only when it is cancelled.
Result<std::vector<LoadedSuite>> load_ginkgo_suite(const catalogue::SuiteFile& file, ProcessRunner& processes,
                                                   const LoadOptions& options, const CancelToken& cancel);

}  // namespace graduand::runner
