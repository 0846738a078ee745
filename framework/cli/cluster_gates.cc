// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "framework/base/random.h"
#include "framework/base/text.h"
#include "framework/cli/cli.h"
#include "framework/cluster/profile.h"
#include "framework/cluster/provider.h"

namespace graduand::cli {

namespace {

struct Options {
  std::string name;
  std::vector<std::string> gates;
  std::string component;
  std::string node;
  std::string output;
  bool as_json = false;
};

Result<catalogue::GateMap> parse_gates(const std::vector<std::string>& arguments) {
  catalogue::GateMap gates;
  for (const std::string& argument : arguments) {
    const auto halves = split(argument, '=');
    const std::string on = halves.size() == 2 ? to_lower(halves[1]) : "";
    if (halves[0].empty() || (on != "true" && on != "false"))
      return fail(ErrorKind::kUsage, "'" + argument + "' is no feature gate with a value", {},
                  "such as PodLifecycleSleepAction=false");
    if (!gates.emplace(halves[0], on == "true").second)
      return fail(ErrorKind::kUsage, "the gate " + halves[0] + " is named twice");
  }
  return gates;
}

int gates(const Options& options) {
  catalogue::TransitionRequest request;
  auto gates = parse_gates(options.gates);
  if (!gates) return report_error(gates.error());
  request.gates = *std::move(gates);
  request.component = options.component;
  request.node = options.node;
  auto cluster = cluster::make_kind_provider(system_process_runner(), system_clock())->open(options.name);
  if (!cluster) return report_error(cluster.error());

  CancelSource cancel;
  SignalGuard signals(cancel);
  cluster::TransitionOptions transition_options;
  transition_options.state_dir = options.output.empty() ? options.name + "-transition" : options.output;
  transition_options.on_progress = [](const std::string& step) { std::fprintf(stderr, "%s\n", step.c_str()); };
  const auto record = (*cluster)->apply(request, transition_options, cancel.token());
  if (options.as_json) {
    auto answer = results::to_json(results::Record(record));
    answer["facts"] = (*cluster)->facts().to_json();
    print(pretty_json(answer));
  }
  if (record.outcome != results::Outcome::kPassed) {
    const auto kind = cancel.token().cancelled()                    ? ErrorKind::kCancelled
                      : record.outcome == results::Outcome::kFailed ? ErrorKind::kProduct
                                                                    : ErrorKind::kInfrastructure;
    return report_error(Error{kind, record.message, options.name, {}});
  }
  if (!options.as_json) print(fmt::format("{} {} in {}\n", options.name, record.kind, format_duration(record.took)));
  return kOk;
}

}  // namespace

void add_cluster_gates(CLI::App& cluster, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = cluster.add_subcommand("gates", "Set feature gates of a running cluster, and prove that they are set");
  verb->add_option("NAME", options->name, "The cluster")->required()->type_name("");
  verb->add_option("GATE=BOOL", options->gates, "Gates; the others stay as they are")->required()->type_name("");
  verb->add_option("--component", options->component, "Only this component (default: all that have gates)")
      ->check(CLI::IsMember(catalogue::components()));
  verb->add_option("--node", options->node, "Only on this node (default: all)")->type_name("NODE");
  verb->add_option("-o,--output", options->output, "Where logs go when it fails (default: NAME-transition)")
      ->type_name("DIR");
  verb->add_flag("--json", options->as_json, "Print the transition's record and the gates as read back");
  verb->footer(
      "\nA component that does not come back with the gates is put back as it was.\n"
      "\nExamples:\n"
      "  graduand cluster gates gr-1a2b3c4d-on PodLifecycleSleepAction=false\n"
      "  graduand cluster gates gr-1a2b3c4d-on PodLifecycleSleepAction=false --component kubelet");
  verb->callback([&session, options] { session.action = [options] { return gates(*options); }; });
}

}  // namespace graduand::cli
