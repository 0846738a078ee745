// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/attempt.h"

#include <fmt/format.h>

#include <map>

#include "framework/catalogue/suites/variables.h"
#include "framework/runner/ginkgo/driver.h"
#include "framework/runner/ginkgo/focus.h"
#include "framework/runner/ginkgo/groups.h"

namespace graduand::runner {
namespace {

// Ginkgo gives 30 seconds to what it interrupts, then cleans up and writes its report.
constexpr milliseconds kGrace = seconds(45);
// Beyond our own limit, which is the one that counts.
constexpr milliseconds kGinkgosMargin = std::chrono::minutes(10);

}  // namespace

GinkgoTarget ginkgo_target(const cluster::Cluster& cluster, const std::filesystem::path& artifacts) {
  const auto kubeconfig = cluster.kubeconfig();
  return {kubeconfig.empty() ? std::string() : std::filesystem::absolute(kubeconfig).string(), cluster.kube_context(),
          artifacts.string()};
}

std::vector<std::string> ginkgo_flags(const LoadedSuite& suite, const GinkgoTarget& target) {
  const std::map<std::string, std::string> values = {
      {"kubeconfig", target.kubeconfig}, {"context", target.context}, {"artifacts", target.artifacts}};
  std::vector<std::string> flags = suite.file.ginkgo.flags;
  for (std::string& flag : flags) flag = catalogue::fill_placeholders(flag, values);
  return flags;
}

milliseconds ginkgo_time_limit(const std::vector<SelectedCase>& specs) {
  milliseconds sum{0};
  for (const SelectedCase& spec : specs) sum += spec.info->time_limit;
  return sum;
}

ProcessSpec ginkgo_process(const AttemptFiles& files, const std::vector<SelectedCase>& specs,
                           const GinkgoTarget& target) {
  const LoadedSuite& suite = *specs.front().suite;
  const GinkgoProgram& program = ginkgo_program(suite);
  ProcessSpec spec;
  spec.time_limit = ginkgo_time_limit(specs);
  const auto ginkgos_limit = std::chrono::ceil<seconds>(spec.time_limit + kGinkgosMargin);
  spec.argv = {program.binary.string(),
               kGinkgoSeed,
               "--ginkgo.no-color",
               "--ginkgo.v",
               fmt::format("--ginkgo.timeout={}s", ginkgos_limit.count()),
               "--ginkgo.json-report=" + (files.folder() / "report.json").string()};
  for (const SelectedCase& one : specs) {
    spec.argv.push_back(ginkgo_focus(program.description, one.info->name));
    spec.argv.push_back(ginkgo_focus_file(one.info->file, one.info->line));
  }
  const auto flags = ginkgo_flags(suite, target);
  spec.argv.insert(spec.argv.end(), flags.begin(), flags.end());
  spec.environment = {{"TZ", "UTC"}};
  spec.working_directory = files.folder();
  spec.kill_grace = kGrace;
  spec.stdout_file = files.stdout_file();
  spec.stderr_file = files.stderr_file();
  return spec;
}

}  // namespace graduand::runner
