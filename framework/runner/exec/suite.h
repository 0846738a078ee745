// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "framework/runner/driver.h"

namespace graduand::runner {

// Suites of kind exec: programs of any kind, see catalogue/exec_settings.h. Needs and images are held against the
// cluster here, before a process is started.
std::shared_ptr<const SuiteDriver> exec_driver();

// Its cases, by its own command or as suite.yaml names them. A program that is missing or does not answer makes the
// suite `unavailable`: it was not built by this project. An error only when it is cancelled.
Result<std::vector<LoadedSuite>> load_exec_suite(const catalogue::SuiteFile& file, ProcessRunner& processes,
                                                 const LoadOptions& options, const CancelToken& cancel);

}  // namespace graduand::runner
