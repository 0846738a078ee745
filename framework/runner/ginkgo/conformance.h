// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "framework/base/processes/process.h"
#include "framework/results/foreign/ginkgo_report.h"
#include "framework/runner/cells/attempt_recorder.h"
#include "framework/runner/driver.h"

namespace graduand::runner {

// Runs these attempts, all of one suite of kind ginkgo, in one invocation of its binary with the label filter
// "Conformance": what certification asks for, and the one exception to a process for each attempt. In the run
// directory's conformance/<cell>/ it leaves e2e.log and junit_01.xml, as certification wants them, and report.json.
// Records are written at the end, by the report: a spec that it does not have was not reached, because the process died
// (crashed for the first one, in doubt; not-run for the others) or the suite failed (infra-error from outside). There
// is no time limit. When cancelled, the specs that had passed are recorded, and the summary says interrupted: how the
// others would have ended cannot be told.
class GinkgoConformance {
 public:
  GinkgoConformance(const PlannedCell& cell, RunScope& scope, AttemptRecorder& book, const CellCluster& cluster);
  // An error only when the run directory cannot be written.
  Status run(const std::vector<const PlannedAttempt*>& attempts);

 private:
  ProcessSpec process(const LoadedSuite& suite, std::size_t specs) const;
  Status record(const std::vector<const PlannedAttempt*>& attempts, const ProcessResult& result);
  Status record_before_interruption(const std::vector<const PlannedAttempt*>& attempts);
  Status record_spec(const PlannedAttempt& planned, const results::GinkgoNode& spec);
  std::filesystem::path folder() const;

  const PlannedCell& cell_;
  RunScope& scope_;
  AttemptRecorder& book_;
  const CellCluster& cluster_;
};

}  // namespace graduand::runner
