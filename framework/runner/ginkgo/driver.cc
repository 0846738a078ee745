// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/driver.h"

#include <algorithm>

#include "framework/base/files.h"
#include "framework/runner/ginkgo/attempt.h"
#include "framework/runner/ginkgo/conformance.h"
#include "framework/runner/ginkgo/ending.h"
#include "framework/runner/ginkgo/shared.h"

namespace graduand::runner {
namespace {

constexpr const char* kReport = "report.json";

// The end of a file, for a crash's last words.
std::string tail_of(const std::filesystem::path& file) {
  const auto text = read_file(file);
  return text ? text->substr(text->size() - std::min<std::size_t>(text->size(), 4096)) : std::string();
}

class SharedBatch final : public Batch {
 public:
  SharedBatch(const BatchScope& scope, SharedRound round) : scope_(scope), round_(std::move(round)) {}
  std::vector<const PlannedAttempt*> attempts() const override {
    std::vector<const PlannedAttempt*> all;
    for (const SharedRound::Group& group : round_.groups)
      all.insert(all.end(), group.attempts.begin(), group.attempts.end());
    return all;
  }
  Status run(int number) override {
    GinkgoShared shared(scope_.cell, scope_.run, scope_.book, scope_.cluster);
    return shared.run(std::move(round_), scope_.run.options.procs, number);
  }

 private:
  BatchScope scope_;
  SharedRound round_;
};

class ConformanceBatch final : public Batch {
 public:
  ConformanceBatch(const BatchScope& scope, std::vector<const PlannedAttempt*> attempts)
      : scope_(scope), attempts_(std::move(attempts)) {}
  std::vector<const PlannedAttempt*> attempts() const override { return attempts_; }
  Status run(int /*number*/) override {
    return GinkgoConformance(scope_.cell, scope_.run, scope_.book, scope_.cluster).run(attempts_);
  }

 private:
  BatchScope scope_;
  std::vector<const PlannedAttempt*> attempts_;
};

}  // namespace

const GinkgoProgram& ginkgo_program(const LoadedSuite& suite) {
  return static_cast<const GinkgoDriver&>(*suite.driver).program();
}

Result<ProcessSpec> GinkgoDriver::process(const SelectedCase& selected, const AttemptFiles& files,
                                          const results::AttemptContext& context) const {
  return process_of_unit({selected}, files, context);
}

JudgedAttempt GinkgoDriver::judge(const SelectedCase& selected, const AttemptLeft& left) const {
  return judge_unit({selected}, left).front();
}

Result<ProcessSpec> GinkgoDriver::process_of_unit(const std::vector<SelectedCase>& unit, const AttemptFiles& files,
                                                  const results::AttemptContext& context) const {
  return ginkgo_process(files, unit, {context.kubeconfig, context.kube_context, context.artifacts});
}

std::vector<JudgedAttempt> GinkgoDriver::judge_unit(const std::vector<SelectedCase>& unit,
                                                    const AttemptLeft& left) const {
  const auto report = take_ginkgo_report(left.files.folder() / kReport);
  ProcessResult result = left.result;
  if (!report) {
    result.stdout_text = read_file(left.files.stdout_file()).value_or("");
    result.stderr_text = tail_of(left.files.stderr_file());
  }
  std::vector<WantedSpec> wanted;
  for (const SelectedCase& one : unit) wanted.push_back(wanted_spec(one));
  return endings_of_ginkgo(result, report, wanted, ginkgo_time_limit(unit));
}

std::vector<std::unique_ptr<Batch>> GinkgoDriver::take_batches(Together how, std::deque<const PlannedAttempt*>& queue,
                                                               const BatchScope& scope) const {
  std::vector<std::unique_ptr<Batch>> batches;
  if (how == Together::kSharedProcesses) {
    for (SharedRound& round : take_shared_rounds(queue, scope.book, *this))
      batches.push_back(std::make_unique<SharedBatch>(scope, std::move(round)));
    return batches;
  }
  std::vector<const PlannedAttempt*> own;
  std::erase_if(queue, [&](const PlannedAttempt* planned) {
    const SelectedCase* known = scope.book.find(*planned);
    if (known == nullptr || known->suite->driver.get() != this) return false;
    own.push_back(planned);
    return true;
  });
  if (!own.empty()) batches.push_back(std::make_unique<ConformanceBatch>(scope, std::move(own)));
  return batches;
}

}  // namespace graduand::runner
