// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "framework/runner/driver.h"

namespace graduand::runner {

// The test binary behind a loaded suite of kind ginkgo, for clusters of one minor.
struct GinkgoProgram {
  std::filesystem::path binary;
  std::string version{};                   // of Kubernetes, as the binary says; empty when it does not
  std::string description{};               // of the suite: Ginkgo's focus sees it before a spec's name
  std::vector<std::vector<int>> groups{};  // see GinkgoListing; positions in the suite's cases
};

// Suites of kind ginkgo: any binary that Ginkgo built. An attempt is the binary focused on one spec, or on those that
// run only together with it (ordered containers), judged by Ginkgo's JSON report. Specs make their namespaces
// themselves.
class GinkgoDriver final : public SuiteDriver {
 public:
  explicit GinkgoDriver(GinkgoProgram program) : program_(std::move(program)) {}
  const GinkgoProgram& program() const { return program_; }

  Result<ProcessSpec> process(const SelectedCase& selected, const AttemptFiles& files,
                              const results::AttemptContext& context) const override;
  JudgedAttempt judge(const SelectedCase& selected, const AttemptLeft& left) const override;
  Result<ProcessSpec> process_of_unit(const std::vector<SelectedCase>& unit, const AttemptFiles& files,
                                      const results::AttemptContext& context) const override;
  std::vector<JudgedAttempt> judge_unit(const std::vector<SelectedCase>& unit, const AttemptLeft& left) const override;
  bool runs_together(Together) const override { return true; }
  std::vector<std::unique_ptr<Batch>> take_batches(Together how, std::deque<const PlannedAttempt*>& queue,
                                                   const BatchScope& scope) const override;

 private:
  GinkgoProgram program_;
};

// The program of a suite whose driver is a GinkgoDriver.
const GinkgoProgram& ginkgo_program(const LoadedSuite& suite);

}  // namespace graduand::runner
