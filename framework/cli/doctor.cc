// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/doctor.h"

#include <fmt/format.h>

#include "framework/base/json.h"
#include "framework/cli/cli.h"
#include "framework/profile/profile.h"

namespace graduand::cli {

namespace {

struct Options {
  std::vector<std::string> versions;
  std::vector<std::string> profiles;
  bool as_json = false;
};

Result<std::vector<catalogue::KubeVersion>> asked_versions(const Options& options) {
  std::vector<catalogue::KubeVersion> versions;
  auto add = [&versions](const catalogue::KubeVersion& version) {
    if (std::find(versions.begin(), versions.end(), version) == versions.end()) versions.push_back(version);
  };
  for (const auto& text : options.versions) {
    GRADUAND_TRY_ASSIGN(auto version, catalogue::KubeVersion::parse(text));
    add(version);
  }
  for (const auto& path : options.profiles) {
    GRADUAND_TRY_ASSIGN(auto profile, profile::load_profile(path));
    for (const auto& cell : profile.cells)
      for (const auto& node : cell.nodes) add(node.version);
  }
  return versions;
}

const char* state_text(cluster::Check::State state) {
  switch (state) {
    case cluster::Check::State::kOk:
      return "ok";
    case cluster::Check::State::kWarning:
      return "warning";
    case cluster::Check::State::kFailed:
      return "FAILED";
  }
  return "";
}

int doctor(const Options& options) {
  auto versions = asked_versions(options);
  if (!versions) return report_error(versions.error());
  const auto checks = cluster::run_doctor(system_process_runner(), *versions);
  bool failed = false;
  json::array rows;
  std::string text;
  for (const auto& check : checks) {
    failed = failed || check.state == cluster::Check::State::kFailed;
    rows.push_back(
        {{"name", check.name}, {"state", state_text(check.state)}, {"found", check.found}, {"fix", check.fix}});
    text += fmt::format("{:<8} {:<24} {}\n", state_text(check.state), check.name, check.found);
    if (!check.fix.empty()) text += fmt::format("{:<8} {:<24} fix: {}\n", "", "", check.fix);
  }
  print(options.as_json ? pretty_json(json::object{{"schema_version", 1}, {"ok", !failed}, {"checks", rows}}) : text);
  return failed ? kInfrastructure : kOk;
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb =
      app.add_subcommand("doctor", "Check this host for what kind clusters need, with a fix for what is missing");
  verb->add_option("--kubernetes", options->versions, "Also look for this version's node image (may be repeated)")
      ->type_name("VERSION");
  verb->add_option("--profile", options->profiles, "Also look for the node images of this profile (may be repeated)")
      ->type_name("FILE");
  verb->add_flag("--json", options->as_json, "Print JSON");
  verb->footer("\nExample:\n  graduand doctor --profile kind-configs/sleep-action-v1.33.yaml");
  verb->callback([options, &session] { session.action = [options] { return doctor(*options); }; });
}

}  // namespace graduand::cli
