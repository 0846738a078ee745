// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/conformance.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <tuple>

#include "framework/base/processes/child_pool.h"
#include "framework/base/text.h"
#include "framework/runner/ginkgo/attempt.h"
#include "framework/runner/ginkgo/driver.h"
#include "framework/runner/ginkgo/ending.h"
#include "framework/runner/ginkgo/groups.h"
#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::Outcome;

// An upstream log of a whole set; the rest is counted.
constexpr std::size_t kLogLimit = 512u << 20;
constexpr milliseconds kGrace = seconds(60);
// A wait that gives nothing is no interruption: there is no time limit.
constexpr milliseconds kLookUp = std::chrono::hours(24);
// How Ginkgo's verbose output begins the line of a spec that has ended.
constexpr std::string_view kBullet = "\u2022";

using Place = std::tuple<std::string, std::string, int, int>;  // name, file, line, and which of those there
using SpecsByPlace = std::map<Place, const results::GinkgoNode*>;

SpecsByPlace selected_specs(const results::GinkgoReport& report) {
  SpecsByPlace specs;
  std::map<std::tuple<std::string, std::string, int>, int> seen;
  for (const results::GinkgoNode& node : report.nodes) {
    if (!node.is_spec()) continue;
    const int twin = seen[{node.name, node.file, node.line}]++;
    // Pending specs are pending whatever the filter.
    if (node.selected() || node.state == "pending") specs[{node.name, node.file, node.line, twin}] = &node;
  }
  return specs;
}

Place place_of(const SelectedCase& selected) {
  const WantedSpec spec = wanted_spec(selected);
  return {spec.info->name, spec.info->file, spec.info->line, spec.twin};
}

std::string suite_trouble(const results::GinkgoReport& report) {
  for (const results::GinkgoNode& node : report.nodes)
    if (std::string why = failed_suite_node(node); !why.empty()) return why;
  return report.special_reasons.empty() ? std::string() : report.special_reasons.front();
}

}  // namespace

GinkgoConformance::GinkgoConformance(const PlannedCell& cell, RunScope& scope, AttemptRecorder& book,
                                     const CellCluster& cluster)
    : cell_(cell), scope_(scope), book_(book), cluster_(cluster) {}

std::filesystem::path GinkgoConformance::folder() const {
  return std::filesystem::absolute(scope_.recorder.folder()) / "conformance" / path_name(cell_.cell.display_name());
}

ProcessSpec GinkgoConformance::process(const LoadedSuite& suite, std::size_t specs) const {
  const GinkgoTarget target = ginkgo_target(*cluster_.cluster(), folder() / "artifacts");
  ProcessSpec spec;
  spec.argv = {ginkgo_program(suite).binary.string(),
               kGinkgoSeed,
               "--ginkgo.no-color",
               "--ginkgo.v",
               kNoGinkgoTimeout,
               fmt::format("--ginkgo.label-filter={}", kConformance),
               "--ginkgo.junit-report=" + (folder() / "junit_01.xml").string(),
               "--ginkgo.json-report=" + (folder() / "report.json").string()};
  const auto flags = ginkgo_flags(suite, target);
  spec.argv.insert(spec.argv.end(), flags.begin(), flags.end());
  spec.environment = {{"TZ", "UTC"}};
  spec.working_directory = folder();
  spec.kill_grace = kGrace;
  spec.output_limit = kLogLimit;
  spec.stdout_file = folder() / "e2e.log";
  spec.stderr_file = folder() / "stderr.txt";
  spec.on_stdout_line = [this, specs, ended = std::make_shared<std::size_t>(0)](std::string_view line) {
    if (!starts_with(line, kBullet)) return;
    scope_.recorder.observer().on_cell_progress(cell_.cell,
                                                fmt::format("conformance: {} of {} specs have ended", ++*ended, specs));
  };
  return spec;
}

Status GinkgoConformance::run(const std::vector<const PlannedAttempt*>& attempts) {
  if (attempts.empty()) return {};
  std::error_code failed;
  std::filesystem::create_directories(folder(), failed);
  if (failed) return fail(ErrorKind::kInfrastructure, "cannot be made: " + failed.message(), folder().string());
  const std::unique_ptr<ChildPool> pool = scope_.make_pool();
  const auto id = pool->start(process(*book_.find(*attempts.front())->suite, attempts.size()));
  if (!id) {
    for (const PlannedAttempt* planned : attempts)
      GRADUAND_TRY(book_.record_at_once(
          *planned, {Outcome::kInfraError, one_line("could not be started: " + to_string(id.error())), true}));
    return {};
  }
  std::optional<ChildPool::Finished> finished;
  while (!finished && !scope_.cancel.cancelled()) finished = pool->wait_next(kLookUp, scope_.cancel);
  if (!finished) {
    // Its log is wanted all the more when it was cut short.
    pool->terminate_all();
    while (pool->running() > 0) pool->wait_next(std::chrono::hours(1));
    scope_.recorder.interrupt();
    return record_before_interruption(attempts);
  }
  return record(attempts, finished->result);
}

Status GinkgoConformance::record_spec(const PlannedAttempt& planned, const results::GinkgoNode& spec) {
  results::Attempt attempt = book_.blank(planned);
  if (spec.started > Timestamp{}) attempt.started = spec.started;  // Ginkgo dates what it did not begin to the year 1
  attempt.took = spec.took;
  JudgedAttempt end = ending_of_spec(spec);
  if (!book_.confirm(end.ending)) {
    scope_.recorder.interrupt();
    return {};
  }
  attempt.failures = std::move(end.failures);
  attempt.measures = std::move(end.measures);
  return book_.record_with_tries(planned, attempt, end.ending, end.failed_tries);
}

Status GinkgoConformance::record_before_interruption(const std::vector<const PlannedAttempt*>& attempts) {
  const auto report = take_ginkgo_report(folder() / "report.json");
  if (!report) return {};  // it was killed before it wrote one
  const auto nodes = selected_specs(*report);
  for (const PlannedAttempt* planned : attempts) {
    const auto found = nodes.find(place_of(*book_.find(*planned)));
    // Ginkgo also skips the one that was about to begin.
    if (found != nodes.end() && found->second->state == "passed") GRADUAND_TRY(record_spec(*planned, *found->second));
  }
  return {};
}

Status GinkgoConformance::record(const std::vector<const PlannedAttempt*>& attempts, const ProcessResult& result) {
  const auto report = take_ginkgo_report(folder() / "report.json");
  const auto nodes = report ? selected_specs(*report) : SpecsByPlace();
  std::string trouble =
      report ? suite_trouble(*report) : fmt::format("{} without a readable report", describe_end(result));
  bool first_missing = !report;
  for (const PlannedAttempt* planned : attempts) {
    if (const auto found = nodes.find(place_of(*book_.find(*planned))); found != nodes.end()) {
      GRADUAND_TRY(record_spec(*planned, *found->second));
    } else {
      results::Attempt attempt = book_.blank(*planned);
      attempt.started = result.started;
      Ending ending{first_missing ? Outcome::kCrashed : Outcome::kNotRun, one_line(trouble)};
      if (report)
        ending = {Outcome::kInfraError, one_line("not reached" + (trouble.empty() ? "" : ": " + trouble)), true};
      first_missing = false;
      if (!book_.confirm(ending)) scope_.recorder.interrupt();
      if (!scope_.recorder.interrupted()) GRADUAND_TRY(book_.record(attempt, ending));
    }
    if (scope_.recorder.interrupted()) return {};
  }
  return {};
}

}  // namespace graduand::runner
