// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/cluster_transition.h"

#include <fmt/format.h>

#include "framework/base/text.h"
#include "framework/cli/cli.h"
#include "framework/cluster/kind/kind_provider.h"
#include "framework/cluster/provider.h"
#include "framework/report/time_shares.h"

namespace graduand::cli {

void add_transition_arguments(CLI::App& verb, TransitionArguments& arguments) {
  verb.add_option("NAME", arguments.name, "The cluster")->required()->type_name("");
  verb.add_option("-o,--output", arguments.output, "Where logs and snapshots go (default: NAME-transition)")
      ->type_name("DIR");
  verb.add_flag("--json", arguments.as_json, "Print the transition's record, and what holds now as read back");
}

void add_node_argument(CLI::App& verb, std::string& node) {
  verb.add_option("--node", node, "Only on this node, such as worker2 (default: all)")->type_name("NODE");
}

int make_transition(const TransitionArguments& arguments, const catalogue::TransitionRequest& request) {
  auto cluster = cluster::make_kind_provider(system_process_runner(), system_clock())->open(arguments.name);
  if (!cluster) return report_error(cluster.error());

  CancelSource cancel;
  SignalGuard signals(cancel);
  cluster::TransitionOptions options;
  options.state_dir = arguments.output.empty() ? arguments.name + "-transition" : arguments.output;
  options.on_progress = [began = system_clock().steady_now()](const std::string& step) {
    const std::chrono::duration<double> passed = system_clock().steady_now() - began;
    std::fprintf(stderr, "%6.1fs  %s\n", passed.count(), step.c_str());
  };
  const auto record = (*cluster)->apply(request, options, cancel.token());
  if (arguments.as_json) {
    auto answer = results::to_json(results::Record(record));
    answer["facts"] = (*cluster)->facts().to_json();
    print(pretty_json(answer));
  }
  if (record.outcome != results::Outcome::kPassed) {
    const auto kind = cancel.token().cancelled()                    ? ErrorKind::kCancelled
                      : record.outcome == results::Outcome::kFailed ? ErrorKind::kProduct
                      : record.outcome == results::Outcome::kNotRun ? ErrorKind::kUsage
                                                                    : ErrorKind::kInfrastructure;
    return report_error(Error{kind, record.message, arguments.name, {}});
  }
  if (arguments.as_json) return kOk;
  const std::string shares = report::time_shares(record);
  print(fmt::format("{} {} in {}{}\n", arguments.name, to_string(record.request.kind), format_duration(record.took),
                    shares.empty() ? "" : " (" + shares + ")"));
  if (!record.message.empty()) print(record.message + "\n");
  return kOk;
}

}  // namespace graduand::cli
