// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/run_prepare.h"

#include <fmt/format.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "framework/base/files.h"
#include "framework/base/random.h"
#include "framework/base/text.h"
#include "framework/cluster/providers/providers.h"
#include "framework/profile/profile.h"
#include "framework/runner/driver.h"
#include "graduand_revision.h"

namespace graduand::cli {

namespace {

results::Host this_host() {
  results::Host host;
  utsname names{};
  uname(&names);
  host.os = names.sysname;
  host.kernel = names.release;
  host.cpus = static_cast<int>(std::thread::hardware_concurrency());
  struct sysinfo info{};
  if (sysinfo(&info) == 0) host.memory_bytes = static_cast<std::int64_t>(info.totalram) * info.mem_unit;
  ProcessSpec spec;
  spec.argv = {"docker", "version", "--format", "{{.Server.Version}}"};
  spec.time_limit = seconds(10);
  if (auto docker = system_process_runner().run(spec); docker && docker->ok())
    host.container_runtime = "docker " + std::string(trim(docker->stdout_text));
  return host;
}

using Cells = std::vector<std::pair<std::filesystem::path, catalogue::CellDescription>>;

Result<Cells> chosen_cells(const RunArguments& arguments) {
  Cells cells;
  std::vector<std::string> names;
  std::vector<std::string> unused = arguments.cells;
  for (const auto& path : arguments.profiles) {
    GRADUAND_TRY_ASSIGN(auto profile, profile::load_profile(path));
    for (auto& cell : profile.cells) {
      names.push_back(cell.name);
      const auto wanted = [&cell](const std::string& name) { return name == cell.name || name == cell.display_name(); };
      if (!arguments.cells.empty() && std::none_of(arguments.cells.begin(), arguments.cells.end(), wanted)) continue;
      unused.erase(std::remove_if(unused.begin(), unused.end(), wanted), unused.end());
      GRADUAND_TRY(profile::check_cell(cell));
      cells.emplace_back(std::filesystem::absolute(path), std::move(cell));
    }
  }
  if (!unused.empty())
    return fail(ErrorKind::kUsage, "no cell '" + unused.front() + "' in the profiles", {},
                "their cells are " + join(names, ", "));
  return cells;
}

std::vector<catalogue::KubeVersion> versions_of(const Cells& cells) {
  std::vector<catalogue::KubeVersion> versions;
  for (const auto& [profile, cell] : cells) versions.push_back(cell.kubernetes_version);
  return versions;
}

// What --conformance stands for: the whole set of one named suite, once.
Result<CaseOptions> selection_of(const RunArguments& arguments) {
  CaseOptions selection = arguments.selection;
  if (!arguments.conformance) return selection;
  if (selection.suites.size() != 1)
    return fail(ErrorKind::kUsage, "--conformance needs one --suite, of kind ginkgo", {},
                "such as --suite kubernetes-e2e");
  if (!selection.label_filter.empty() || !selection.cases.empty() || arguments.repeat != 1)
    return fail(ErrorKind::kUsage, "--conformance runs the whole Conformance set once", {},
                "leave out --label-filter, --case and --repeat");
  selection.label_filter = runner::kConformance;
  selection.all_specs = true;
  return selection;
}

// A named suite must have a program for the cell's version: its cases would silently be left out.
Status check_suites(const std::vector<runner::LoadedSuite>& suites, const CaseOptions& selection, bool conformance,
                    const catalogue::CellDescription& cell) {
  for (const std::string& name : selection.suites) {
    // chosen_cases() has found the name, and there is a suite, unavailable or not, for each cell's version.
    const auto fitting = std::find_if(suites.begin(), suites.end(), [&](const runner::LoadedSuite& suite) {
      return suite.file.name == name && suite.fits(cell.kubernetes_version);
    });
    if (fitting == suites.end()) return fail(ErrorKind::kInternal, "no suite " + name, cell.display_name());
    if (!fitting->unavailable.empty())
      return fail(ErrorKind::kUsage, "the suite " + name + " is not available: " + fitting->unavailable,
                  "cell " + cell.display_name(), "leave the cell out with --cell");
    if (conformance && !fitting->driver->runs_together(runner::Together::kConformance))
      return fail(ErrorKind::kUsage, fmt::format("--conformance needs a suite of kind ginkgo; {} is of kind {}", name,
                                                 catalogue::to_string(fitting->file.kind)));
  }
  return {};
}

// https://docs.prow.k8s.io/docs/jobs/#job-environment-variables; empty when a part is missing.
std::string change_of_prow() {
  const char* owner = std::getenv("REPO_OWNER");
  const char* name = std::getenv("REPO_NAME");
  const char* number = std::getenv("PULL_NUMBER");
  for (const char* part : {owner, name, number})
    if (part == nullptr || *part == '\0') return {};
  return fmt::format("{}/{}#{}", owner, name, number);
}

bool simulated(const Cells& cells) {
  return std::any_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.second.provider == "none"; });
}

}  // namespace

Result<cluster::Provider*> Providers::of(const runner::PlannedCell& cell) {
  const auto key = cell.profile.string() + "#" + cell.cell.provider;
  auto& entry = entries_[key];
  if (!entry) {
    auto made = std::make_unique<Entry>();
    if (cell.cell.provider == "existing") {
      GRADUAND_TRY_ASSIGN(made->profile, profile::load_profile(cell.profile));
    } else {
      made->profile.name = cell.cell.profile;
      made->profile.provider = cell.cell.provider;
      made->profile.path = cell.profile;
    }
    GRADUAND_TRY_ASSIGN(made->provider, cluster::make_provider(made->profile, system_process_runner(), system_clock()));
    entry = std::move(made);
  }
  return entry->provider.get();
}

Result<Prepared> prepare_new(const Session& session, const RunArguments& arguments) {
  Prepared prepared;
  GRADUAND_TRY_ASSIGN(auto trigger, results::parse_trigger(arguments.trigger));
  if (trigger == results::Trigger::kPeriodic && (arguments.job.empty() || arguments.build_id.empty()))
    return fail(ErrorKind::kUsage,
                std::string("--trigger periodic needs ") + (arguments.job.empty() ? "--job" : "--build-id") +
                    ": a schedule's runs are told apart by job and build",
                {}, "such as --job ci-sleep-action --build-id $BUILD_ID");
  GRADUAND_TRY_ASSIGN(auto cells, chosen_cells(arguments));
  GRADUAND_TRY_ASSIGN(prepared.suites, load_all_suites(session, versions_of(cells)));
  GRADUAND_TRY_ASSIGN(const auto selection, selection_of(arguments));
  GRADUAND_TRY_ASSIGN(const auto cases, chosen_cases(prepared.suites, selection));
  for (const auto& [profile, cell] : cells)
    GRADUAND_TRY(check_suites(prepared.suites, selection, arguments.conformance, cell));

  auto& run = prepared.run;
  run.id = new_run_id();
  run.started = system_clock().now();
  run.trigger = trigger;
  run.job = arguments.job;
  run.build_id = arguments.build_id;
  run.change = arguments.change;
  if (run.change.empty() && trigger == results::Trigger::kPresubmit) run.change = change_of_prow();
  run.harness_version = GRADUAND_VERSION;
  run.harness_revision = GRADUAND_REVISION;
  run.argv = session.argv;
  run.label_filter = selection.label_filter;
  run.seed = arguments.seed.value_or(random_seed());
  run.repeat = arguments.repeat;
  run.simulated = simulated(cells);
  if (!arguments.dry_run) run.host = this_host();
  prepared.plan = runner::make_plan(run.id, cells, cases, arguments.repeat, run.seed);
  if (prepared.plan.attempts() == 0)
    return fail(ErrorKind::kNothingSelected,
                "the cases that are selected are steps of phased cases, and no cell has "
                "the transitions for them",
                {}, "see 'transitions' in the profile");
  prepared.directory =
      std::filesystem::absolute(arguments.output.empty() ? std::filesystem::path("graduand-runs") / run.id
                                                         : std::filesystem::path(arguments.output));
  return prepared;
}

Result<Prepared> prepare_resume(const Session& session, const std::string& directory) {
  Prepared prepared;
  prepared.directory = std::filesystem::absolute(directory);
  GRADUAND_TRY_ASSIGN(auto contents, results::read_run_directory(prepared.directory));
  GRADUAND_TRY_ASSIGN(const auto value, results::read_plan_file(prepared.directory));
  GRADUAND_TRY_ASSIGN(auto whole, runner::Plan::from_json(value));
  prepared.run = contents.run;
  prepared.run.finished.reset();
  prepared.plan = runner::remaining(whole, contents);
  prepared.done_before = whole.attempts() - prepared.plan.attempts();
  std::vector<catalogue::KubeVersion> versions;
  for (const auto& cell : prepared.plan.cells) versions.push_back(cell.cell.kubernetes_version);
  GRADUAND_TRY_ASSIGN(prepared.suites, load_all_suites(session, std::move(versions)));
  return prepared;
}

Status preflight(const Prepared& prepared, Providers& providers) {
  for (const auto& cell : prepared.plan.cells) {
    GRADUAND_TRY_ASSIGN(auto* provider, providers.of(cell));
    if (auto ready = provider->preflight(cell.cell); !ready)
      return fail_with_context(ready.error(), "cell " + cell.cell.display_name());
  }
  return {};
}

}  // namespace graduand::cli
