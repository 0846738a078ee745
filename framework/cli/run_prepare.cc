// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/run_prepare.h"

#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <algorithm>
#include <thread>

#include "framework/base/files.h"
#include "framework/base/random.h"
#include "framework/base/text.h"
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
    GRADUAND_TRY_ASSIGN(auto profile, cluster::load_profile(path));
    for (auto& cell : profile.cells) {
      names.push_back(cell.name);
      const auto wanted = [&cell](const std::string& name) { return name == cell.name || name == cell.display_name(); };
      if (!arguments.cells.empty() && std::none_of(arguments.cells.begin(), arguments.cells.end(), wanted)) continue;
      unused.erase(std::remove_if(unused.begin(), unused.end(), wanted), unused.end());
      GRADUAND_TRY(cluster::check_cell(cell));
      cells.emplace_back(std::filesystem::absolute(path), std::move(cell));
    }
  }
  if (!unused.empty())
    return fail(ErrorKind::kUsage, "no cell '" + unused.front() + "' in the profiles", {},
                "their cells are " + join(names, ", "));
  return cells;
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
      GRADUAND_TRY_ASSIGN(made->profile, cluster::load_profile(cell.profile));
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
  if (trigger == results::Trigger::kPeriodic && arguments.job.empty())
    return fail(ErrorKind::kUsage, "--trigger periodic needs --job: a schedule's runs are told apart by their job", {},
                "such as --job ci-sleep-action --build-id $BUILD_ID");
  GRADUAND_TRY_ASSIGN(auto cells, chosen_cells(arguments));
  GRADUAND_TRY_ASSIGN(prepared.suites, load_all_suites(session));
  GRADUAND_TRY_ASSIGN(const auto cases, chosen_cases(prepared.suites, arguments.selection));

  auto& run = prepared.run;
  run.id = new_run_id();
  run.started = system_clock().now();
  run.trigger = trigger;
  run.job = arguments.job;
  run.build_id = arguments.build_id;
  run.harness_version = GRADUAND_VERSION;
  run.harness_revision = GRADUAND_REVISION;
  run.argv = session.argv;
  run.label_filter = arguments.selection.label_filter;
  run.seed = arguments.seed.value_or(random_seed());
  run.repeat = arguments.repeat;
  run.simulated = simulated(cells);
  if (!arguments.dry_run) run.host = this_host();
  prepared.plan = runner::make_plan(run.id, cells, cases, arguments.repeat, run.seed);
  prepared.directory =
      std::filesystem::absolute(arguments.output.empty() ? std::filesystem::path("graduand-runs") / run.id
                                                         : std::filesystem::path(arguments.output));
  return prepared;
}

Result<Prepared> prepare_resume(const Session& session, const std::string& directory) {
  Prepared prepared;
  prepared.directory = std::filesystem::absolute(directory);
  GRADUAND_TRY_ASSIGN(auto contents, results::read_run_directory(prepared.directory));
  const auto plan_path = prepared.directory / results::layout::kPlan;
  GRADUAND_TRY_ASSIGN(auto text, read_file(plan_path));
  GRADUAND_TRY_ASSIGN(auto value, parse_json(text, plan_path.string()));
  GRADUAND_TRY_ASSIGN(auto whole, runner::Plan::from_json(value));
  prepared.run = contents.run;
  prepared.run.finished.reset();
  prepared.plan = runner::remaining(whole, contents);
  prepared.done_before = whole.attempts() - prepared.plan.attempts();
  GRADUAND_TRY_ASSIGN(prepared.suites, load_all_suites(session));
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
