// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/catalogue/case.h"
#include "framework/catalogue/suites/suite_file.h"

namespace graduand::runner {

// What a program prints to list its cases: a name a line, without white space at its ends; empty lines are none. Names
// are UTF-8 without control characters, of at most 300 bytes, each once; there are at most 100,000. kUsage naming the
// line.
Result<std::vector<std::string>> read_case_names(std::string_view text);

// The cases of these names, or of those that suite.yaml names when it has no command for them, with what its rules say
// of them. Ids are "<suite>/<name>", renamed where suite.yaml says so. kUsage when a rule fits no case, or when one
// that is renamed is still there.
Result<std::vector<catalogue::CaseInfo>> cases_of_names(const catalogue::SuiteFile& suite,
                                                        const std::vector<std::string>& names);

// Runs the suite's command for its list (1 minute), in the suite's folder. kUsage with suite.yaml as the place when it
// does not answer, kCancelled.
Result<std::vector<std::string>> list_exec_cases(const catalogue::SuiteFile& suite, ProcessRunner& processes,
                                                 const CancelToken& cancel);

}  // namespace graduand::runner
