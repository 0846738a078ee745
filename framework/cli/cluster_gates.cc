// SPDX-License-Identifier: Apache-2.0
#include "framework/base/text.h"
#include "framework/catalogue/cell.h"
#include "framework/cli/cli.h"
#include "framework/cli/cluster_transition.h"

namespace graduand::cli {

namespace {

struct Options {
  TransitionArguments transition;
  std::vector<std::string> gates;
  std::string component;
  std::string node;
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
  return make_transition(options.transition, request);
}

}  // namespace

void add_cluster_gates(CLI::App& cluster, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = cluster.add_subcommand("gates", "Set feature gates of a running cluster, and prove that they are set");
  add_transition_arguments(*verb, options->transition);
  verb->add_option("GATE=BOOL", options->gates, "Gates; the others stay as they are")->required()->type_name("");
  verb->add_option("--component", options->component, "Only this component (default: all that have gates)")
      ->check(CLI::IsMember(catalogue::components()));
  add_node_argument(*verb, options->node);
  verb->footer(
      "\nA component that does not come back with the gates is put back as it was.\n"
      "\nExamples:\n"
      "  graduand cluster gates gr-1a2b3c4d-on PodLifecycleSleepAction=false\n"
      "  graduand cluster gates gr-1a2b3c4d-on PodLifecycleSleepAction=false --component kubelet --node worker");
  verb->callback([&session, options] { session.action = [options] { return gates(*options); }; });
}

}  // namespace graduand::cli
