// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/results/run_directory.h"

namespace graduand::results {

// JUnit XML as Jenkins, Prow and TestGrid read it: a testsuite per cell and suite, a testcase per attempt (named by the
// case, with " [n]" when there are repeats), <failure> for failed, <error> for timed-out, crashed and infra-error,
// <skipped> with its reason, the cell and seed as properties. Attribute and text are escaped; characters that XML 1.0
// does not have are dropped.
std::string junit_xml(const RunContents& run);

}  // namespace graduand::results
