// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/run/run_prepare.h"

#include <fmt/format.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "framework/base/files.h"
#include "framework/base/random.h"
#include "framework/base/text.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/cli/run/profile_suites.h"
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

// Cells are known by their names: in ids, in folders, to whoever reads the tables.
Status check_names(const Cells& cells) {
  std::map<std::string, std::filesystem::path> taken;
  for (const auto& [profile, cell] : cells) {
    const auto [other, fresh] = taken.try_emplace(cell.display_name(), profile);
    if (fresh) continue;
    if (other->second == profile)
      return fail(ErrorKind::kUsage, "the profile is given twice", profile.string(),
                  "name it once; --repeat N runs each of its cases N times");
    return fail(ErrorKind::kUsage,
                fmt::format("the cell '{}' is in {} too", cell.display_name(), other->second.string()),
                profile.string(), "give the profiles different names (name:), or run them one after the other");
  }
  return {};
}

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
  GRADUAND_TRY(check_names(cells));
  return cells;
}

std::vector<catalogue::KubeVersion> versions_of(const Cells& cells) {
  std::vector<catalogue::KubeVersion> versions;
  for (const auto& [profile, cell] : cells) versions.push_back(cell.kubernetes_version);
  return versions;
}

// What --conformance stands for: the whole set of one named suite, once.
Result<CaseArguments> selection_of(const RunArguments& arguments) {
  CaseArguments selection = arguments.selection;
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
Status check_suites(const std::vector<runner::LoadedSuite>& suites, const CaseArguments& selection, bool conformance,
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
  return std::any_of(cells.begin(), cells.end(),
                     [](const auto& cell) { return catalogue::capabilities_of(cell.second.provider).simulated; });
}

// What a resumed run may be told anew; the rest is settled by its plan.
const std::set<std::string> kMayChange = {"resume",  "procs",      "clusters", "fail-fast", "keep-cluster",
                                          "history", "no-history", "dry-run",  "json"};

// As many as have a core each and 3 GiB: a cluster of one node takes about one when it is idle, and cases come on top.
int clusters_of(const std::string& text) {
  if (text != "auto") return std::stoi(text);
  constexpr std::uint64_t kEach = 3ull << 30;
  struct sysinfo info{};
  const std::uint64_t memory = sysinfo(&info) == 0 ? std::uint64_t(info.totalram) * info.mem_unit : kEach;
  const std::uint64_t cores = std::max(1u, std::thread::hardware_concurrency());
  return static_cast<int>(std::clamp<std::uint64_t>(std::min(cores, memory / kEach), 1, 64));
}

void change_invocation(runner::Invocation& invocation, const RunArguments& arguments) {
  const auto given = [&](const char* option) { return arguments.given.contains(option); };
  runner::RunOptions& options = invocation.options;
  if (given("procs")) options.procs = arguments.procs;
  if (given("clusters")) options.clusters = clusters_of(arguments.clusters);
  if (given("fail-fast")) options.fail_fast = arguments.fail_fast;
  // Its words were checked when the command line was read.
  if (given("keep-cluster")) options.keep_cluster = *runner::parse_keep_cluster(arguments.keep_cluster);
  if (given("history")) invocation.history = std::filesystem::absolute(arguments.history);
  if (arguments.no_history) invocation.history.clear();
}

std::vector<std::filesystem::path> absolute_paths(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> all;
  for (const std::string& path : paths) all.push_back(std::filesystem::absolute(path));
  return all;
}

runner::Invocation invocation_of(const Session& session, const RunArguments& arguments) {
  runner::Invocation invocation;
  invocation.history = std::filesystem::absolute(history::default_history_path());
  change_invocation(invocation, arguments);
  invocation.options.share_processes = arguments.share_processes;
  invocation.options.conformance = arguments.conformance;
  invocation.suite_folders = absolute_paths(session.suite_folders);
  invocation.feature_folders = absolute_paths(session.feature_folders);
  return invocation;
}

// What the command line says anew wins.
void take_folders(std::vector<std::string>& now, const std::vector<std::filesystem::path>& then) {
  if (!now.empty()) return;
  for (const auto& path : then) now.push_back(path.string());
}

}  // namespace

Result<cluster::Provider*> Providers::of(const runner::PlannedCell& cell) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto& entry = entries_[cell.cell.display_name()];
  if (!entry) {
    auto made = std::make_unique<Entry>();
    if (catalogue::capabilities_of(cell.cell.provider).given_cluster) {
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

Result<Prepared> prepare_new(const Session& session, const RunArguments& arguments, const CancelToken& cancel) {
  Prepared prepared;
  GRADUAND_TRY_ASSIGN(auto trigger, results::parse_trigger(arguments.trigger));
  if (trigger == results::Trigger::kPeriodic && (arguments.job.empty() || arguments.build_id.empty()))
    return fail(ErrorKind::kUsage,
                std::string("--trigger periodic needs ") + (arguments.job.empty() ? "--job" : "--build-id") +
                    ": a schedule's runs are told apart by job and build",
                {}, "such as --job ci-sleep-action --build-id $BUILD_ID");
  if (arguments.attempt_seed && (trigger == results::Trigger::kPeriodic || trigger == results::Trigger::kPresubmit))
    return fail(ErrorKind::kUsage, "--attempt-seed has a failure again, and is none of a job's options", {},
                "leave it out, or --trigger");
  GRADUAND_TRY_ASSIGN(auto cells, chosen_cells(arguments));
  GRADUAND_TRY_ASSIGN(prepared.suites, load_all_suites(session, versions_of(cells), cancel));
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
  prepared.plan.invocation = invocation_of(session, arguments);
  if (arguments.attempt_seed)
    for (auto& cell : prepared.plan.cells)
      for (auto& attempt : cell.attempts) attempt.seed = *arguments.attempt_seed;
  GRADUAND_TRY(keep_suites_of_profiles(selection, prepared.suites, prepared.plan));
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

Result<Prepared> prepare_resume(const Session& session, const RunArguments& arguments, const CancelToken& cancel) {
  for (const std::string& option : arguments.given)
    if (!kMayChange.contains(option))
      return fail(ErrorKind::kUsage, "--" + option + " has no meaning with --resume: the run goes on as it was planned",
                  {}, "leave it out, or start a new run with --profile");
  Prepared prepared;
  prepared.directory = std::filesystem::absolute(arguments.resume);
  GRADUAND_TRY_ASSIGN(auto contents, results::read_run_directory(prepared.directory));
  GRADUAND_TRY_ASSIGN(const auto value, results::read_plan_file(prepared.directory));
  GRADUAND_TRY_ASSIGN(auto whole, runner::Plan::from_json(value));
  if (whole.invocation.options.conformance)
    return fail(ErrorKind::kUsage, "a conformance run is one invocation and cannot be resumed",
                prepared.directory.string(), "start it anew with --profile");
  change_invocation(whole.invocation, arguments);
  prepared.run = contents.run;
  prepared.plan = runner::remaining(whole, contents);
  prepared.done_before = whole.attempts() - prepared.plan.attempts();
  if (prepared.plan.cells.empty()) return prepared;
  prepared.run.finished.reset();
  std::vector<catalogue::KubeVersion> versions;
  for (const auto& cell : prepared.plan.cells) versions.push_back(cell.cell.kubernetes_version);
  Session as_it_was = session;
  take_folders(as_it_was.suite_folders, whole.invocation.suite_folders);
  take_folders(as_it_was.feature_folders, whole.invocation.feature_folders);
  GRADUAND_TRY_ASSIGN(prepared.suites, load_all_suites(as_it_was, std::move(versions), cancel));
  return prepared;
}

Status preflight(const Prepared& prepared, Providers& providers, const CancelToken& cancel) {
  for (const auto& cell : prepared.plan.cells) {
    if (cancel.cancelled()) return fail(ErrorKind::kCancelled, "interrupted before the first cluster was made");
    GRADUAND_TRY_ASSIGN(auto* provider, providers.of(cell));
    if (auto ready = provider->preflight(cell.cell, cancel); !ready)
      return fail_with_context(ready.error(), "cell " + cell.cell.display_name());
  }
  return {};
}

}  // namespace graduand::cli
