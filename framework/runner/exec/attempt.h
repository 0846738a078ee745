// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "framework/base/processes/process.h"
#include "framework/results/foreign/go_test_report.h"
#include "framework/results/foreign/junit_report.h"
#include "framework/runner/driver.h"

namespace graduand::runner {

// What suite.yaml's placeholders stand for.
std::map<std::string, std::string> exec_placeholders(const SelectedCase& selected,
                                                     const results::AttemptContext& context);

// suite.yaml's `run` for one attempt. Beside suite.yaml's own variables it has KUBECONFIG (without a cluster an empty
// file: the user's own is nobody's to test), GRADUAND_CONTEXT, GRADUAND_NAMESPACE (a name that no other attempt has;
// the program makes that namespace, and deletes it), GRADUAND_ARTIFACTS (a folder, which is made here), GRADUAND_CASE,
// GRADUAND_ATTEMPT_ID, GRADUAND_SEED, GRADUAND_PHASE and TZ=UTC. 30 seconds between SIGTERM and SIGKILL.
Result<ProcessSpec> exec_process(const SelectedCase& selected, const AttemptFiles& files,
                                 const results::AttemptContext& context);

// How an attempt ended. Ended by the time limit → timed-out, by a signal → crashed; else by suite.yaml's `results`:
//  - exit-code: 0 → passed, skipped-exit-code → skipped, any other → failed. The reason is the last line of its output;
//  - go-test: as the test of the case's name ended. With it failed, the failures are its own and its subtests'. One
//  that
//    began and did not end → crashed;
//  - junit: a test case of the file failed or had an error → failed; all were skipped → skipped; else passed;
//  - go-test and junit: no such test, or no test case at all → infra-error from outside the product: it ran something
//    else. A report that cannot be read → crashed. Passed or skipped by the report with another exit code than 0 →
//    crashed.
JudgedAttempt judge_exec(const SelectedCase& selected, const ProcessResult& result, const AttemptFiles& files);

// The parts of that which look at no file. `words` is the end of what the program wrote.
JudgedAttempt judge_exit_code(const ProcessResult& result, const catalogue::ExecSettings& settings,
                              std::string_view words);
JudgedAttempt judge_go_test(const ProcessResult& result, const Result<results::GoTestReport>& report,
                            const std::string& name, std::string_view words);
JudgedAttempt judge_junit(const ProcessResult& result, const Result<results::JunitReport>& report,
                          std::string_view words);

}  // namespace graduand::runner
