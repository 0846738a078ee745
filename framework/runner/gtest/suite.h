// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "framework/runner/driver.h"

namespace graduand::runner {

// Suites of kind gtest: this project's own programs (framework/e2e/suite_main). An attempt is
// `<binary> --attempt <context>`; the process makes a namespace, holds the case's needs against the facts itself, and
// says on descriptor 3 how the case went.
std::shared_ptr<const SuiteDriver> gtest_driver();

// Runs the program with --list-cases (10 s limit).
Result<std::vector<LoadedSuite>> load_gtest_suite(const catalogue::SuiteFile& file, ProcessRunner& processes,
                                                  const CancelToken& cancel);

}  // namespace graduand::runner
