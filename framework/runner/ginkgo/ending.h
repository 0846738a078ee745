// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/results/foreign/ginkgo_report.h"
#include "framework/runner/driver.h"

namespace graduand::runner {

// A spec that a process was told to run.
struct WantedSpec {
  const catalogue::CaseInfo* info = nullptr;
  int twin = 0;   // which one of those with its name at its place, as they run; from 0
  int twins = 1;  // how many there are: the process runs all of them
};
WantedSpec wanted_spec(const SelectedCase& selected);

// How each of the wanted specs ended, in their order, which is that in which they were to run: one, or several of a
// unit. By how the process ended and what its report says. Pure.
//  - a spec that ran, or is pending: as it ended (see ending_of_spec);
//  - the process was ended by the time limit → the spec that it was at is timed-out; by a signal, or it left no
//  readable
//    report → crashed. Without a report that is the spec that had begun last by the verbose output (`result`'s stdout),
//    the first one when that tells nothing; earlier ones passed where the output says so. Those without an end of
//    their own are not-run;
//  - a spec ran that was not wanted, or too often → infra-error from outside the product for all: the focus did not
//  hold;
//  - a spec was left out → infra-error likewise, with why the suite failed or was interrupted;
//  - all is well but the exit code → infra-error likewise when a node of the suite, such as AfterSuite, failed; else
//  the
//    last spec that ran is crashed.
// Measures are spec, and of the first one process_start and before_suite, in seconds. With several, each has its own
// start and duration.
std::vector<JudgedAttempt> endings_of_ginkgo(const ProcessResult& result, const Result<results::GinkgoReport>& report,
                                             const std::vector<WantedSpec>& wanted, milliseconds time_limit);

// By the spec's state alone: passed; skipped, with its reason, or because it is pending; timed-out by Ginkgo's own
// limits; interrupted → infra-error from outside; anything else → failed.
JudgedAttempt ending_of_spec(const results::GinkgoNode& spec);

// "BeforeSuite failed: …" when a node of the suite itself did not pass; else empty.
std::string failed_suite_node(const results::GinkgoNode& node);

// Reads report.json, takes what was left out from the file, and returns the rest.
Result<results::GinkgoReport> take_ginkgo_report(const std::filesystem::path& file);

}  // namespace graduand::runner
