// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/files.h"
#include "framework/base/random.h"
#include "framework/base/text.h"
#include "framework/cli/cli.h"
#include "framework/cluster/kind/kind_provider.h"
#include "framework/cluster/provider.h"
#include "framework/cluster/providers/providers.h"
#include "framework/profile/profile.h"

namespace graduand::cli {

namespace {

struct Options {
  std::string profile;
  std::string cell;
  std::vector<std::string> names;
  std::string output;
  bool orphans = false;
  bool as_json = false;
};

Result<catalogue::CellDescription> chosen_cell(const profile::Profile& profile, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& cell : profile.cells) {
    if (cell.name == name || (name.empty() && profile.cells.size() == 1)) return cell;
    names.push_back(cell.name);
  }
  const auto cells = "its cells are " + join(names, ", ");
  if (name.empty())
    return fail(ErrorKind::kUsage, "the profile has several cells", profile.path.string(),
                "name one with --cell: " + cells);
  return fail(ErrorKind::kUsage, "no cell '" + name + "' in the profile", profile.path.string(), cells);
}

int create(const Options& options) {
  auto profile = profile::load_profile(options.profile);
  if (!profile) return report_error(profile.error());
  auto cell = chosen_cell(*profile, options.cell);
  if (!cell) return report_error(cell.error());
  auto provider = cluster::make_provider(*profile, system_process_runner(), system_clock());
  if (!provider) return report_error(provider.error());
  CancelSource cancel;
  SignalGuard signals(cancel);
  if (auto ready = (*provider)->preflight(*cell, cancel.token()); !ready) return report_error(ready.error());
  cluster::CreateOptions create_options;
  create_options.run_id = new_run_id();
  create_options.instance_id = create_options.run_id + "/" + cell->display_name() + "/1";
  create_options.state_dir = user_data_dir() / "clusters" / create_options.run_id;
  create_options.detached = true;
  create_options.on_progress = [](const std::string& step) { std::fprintf(stderr, "%s\n", step.c_str()); };
  auto outcome = (*provider)->create(*cell, create_options, cancel.token());
  if (!outcome) return report_error(outcome.error());
  const auto& instance = outcome->instance;
  if (!outcome->cluster) {
    const auto kind = instance.outcome == results::Outcome::kFailed ? ErrorKind::kProduct : ErrorKind::kInfrastructure;
    return report_error(
        Error{kind, instance.message, cell->display_name(), "logs are in " + create_options.state_dir.string()});
  }
  if (options.as_json) {
    auto record = results::to_json(results::Record(instance));
    record["kubeconfig"] = outcome->cluster->kubeconfig().string();
    print(pretty_json(record));
    return kOk;
  }
  std::fprintf(stderr, "ready after %s; use it with:\n  export KUBECONFIG=%s\n",
               format_duration(instance.ready_after).c_str(), outcome->cluster->kubeconfig().c_str());
  print(instance.cluster_name + "\n");
  return kOk;
}

int list(const Options& options) {
  auto clusters = cluster::make_kind_provider(system_process_runner(), system_clock())->list();
  if (!clusters) return report_error(clusters.error());
  json::array rows;
  std::string text = fmt::format("{:<34} {:<6} {:<28} {:<21} {}\n", "NAME", "NODES", "CELL", "CREATED", "RUN");
  for (const auto& cluster : *clusters) {
    rows.push_back({{"name", cluster.name},
                    {"nodes", cluster.nodes},
                    {"cell", cluster.cell},
                    {"created", format_rfc3339(cluster.created)},
                    {"run_id", cluster.run_id},
                    {"orphan", cluster.orphan}});
    text += fmt::format("{:<34} {:<6} {:<28} {:<21} {}{}\n", cluster.name, cluster.nodes, cluster.cell,
                        format_rfc3339(std::chrono::floor<seconds>(cluster.created)), cluster.run_id,
                        cluster.orphan ? " (orphan)" : "");
  }
  if (options.as_json)
    print(pretty_json(json::object{{"schema_version", 1}, {"clusters", rows}}));
  else
    print(clusters->empty() ? "no clusters\n" : text);
  return kOk;
}

int remove(const Options& options) {
  auto provider = cluster::make_kind_provider(system_process_runner(), system_clock());
  auto names = options.names;
  if (options.orphans) {
    auto clusters = provider->list();
    if (!clusters) return report_error(clusters.error());
    for (const auto& cluster : *clusters)
      if (cluster.orphan) names.push_back(cluster.name);
    if (names.empty()) print("no orphans\n");
  } else if (names.empty()) {
    return report_error(Error{ErrorKind::kUsage, "no cluster named", {}, "name clusters, or use --orphans"});
  }
  // One that cannot be deleted does not keep the others.
  int exit_code = kOk;
  for (const auto& name : names) {
    auto cluster = provider->open(name);
    const Status removed = cluster ? (*cluster)->remove() : fail(cluster.error());
    if (removed)
      print("deleted " + name + "\n");
    else
      exit_code = worse_exit(exit_code, report_error(removed.error()));
  }
  return exit_code;
}

int logs(const Options& options) {
  auto cluster = cluster::make_kind_provider(system_process_runner(), system_clock())->open(options.names.front());
  if (!cluster) return report_error(cluster.error());
  const auto folder = options.output.empty() ? options.names.front() + "-logs" : options.output;
  if (auto exported = (*cluster)->export_logs(folder); !exported) return report_error(exported.error());
  print(folder + "\n");
  return kOk;
}

int kubeconfig(const Options& options) {
  auto cluster = cluster::make_kind_provider(system_process_runner(), system_clock())->open(options.names.front());
  if (!cluster) return report_error(cluster.error());
  auto text = read_file((*cluster)->kubeconfig());
  if (!text) return report_error(text.error());
  print(*text);
  return kOk;
}

}  // namespace

void add_cluster(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("cluster", "Clusters by hand: the same that runs bring up");
  verb->require_subcommand(1);
  auto on = [&session, options](CLI::App* sub, int (*action)(const Options&)) {
    sub->callback([&session, options, action] { session.action = [options, action] { return action(*options); }; });
  };

  auto* create_verb = verb->add_subcommand("create", "Bring up a cell's cluster, verify it, and print its name");
  create_verb->add_option("--profile", options->profile, "The profile")->required()->type_name("FILE");
  create_verb->add_option("--cell", options->cell, "Which cell, when it has several")->type_name("NAME");
  create_verb->add_flag("--json", options->as_json, "Print the cluster instance's record");
  create_verb->footer("\nExample:\n  graduand cluster create --profile kind-configs/sleep-action-v1.33.yaml --cell on");
  on(create_verb, create);

  auto* list_verb = verb->add_subcommand("list", "Clusters of ours on this host, orphans of killed runs marked");
  list_verb->add_flag("--json", options->as_json, "Print JSON");
  on(list_verb, list);

  auto* delete_verb = verb->add_subcommand("delete", "Delete clusters of ours, and nothing else");
  delete_verb->add_option("NAME", options->names, "Clusters")->type_name("");
  delete_verb->add_flag("--orphans", options->orphans, "All whose run was killed");
  on(delete_verb, remove);

  auto* logs_verb = verb->add_subcommand("logs", "Export everything that helps to understand a cluster");
  logs_verb->add_option("NAME", options->names, "The cluster")->required()->expected(1)->type_name("");
  logs_verb->add_option("-o,--output", options->output, "Folder (default: NAME-logs)")->type_name("DIR");
  on(logs_verb, logs);

  auto* kubeconfig_verb = verb->add_subcommand("kubeconfig", "Print a cluster's kubeconfig");
  kubeconfig_verb->add_option("NAME", options->names, "The cluster")->required()->expected(1)->type_name("");
  on(kubeconfig_verb, kubeconfig);

  add_cluster_gates(*verb, session);
  add_cluster_versions(*verb, session);
}

}  // namespace graduand::cli
