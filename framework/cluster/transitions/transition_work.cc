// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/transition_work.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"

namespace graduand::cluster {

TransitionWork::TransitionWork(const ClusterParts& parts, const catalogue::TransitionRequest& request,
                               const TransitionOptions& options, const CancelToken& cancel)
    : parts_(parts), request_(request), options_(options), cancel_(cancel) {}

Status TransitionWork::begin() {
  GRADUAND_TRY_ASSIGN(client_, parts_.client(seconds(15)));
  const std::string& name = parts_.name();
  GRADUAND_TRY_ASSIGN(all_nodes_, parts_.nodes(cancel_));
  if (all_nodes_.empty()) return fail(ErrorKind::kInfrastructure, "the cluster " + name + " has no nodes any more");
  if (request_.node.empty()) return {};
  for (const NodePart& node : all_nodes_) {
    if (node.name != request_.node && node.name != name + "-" + request_.node) continue;
    request_.node = node.name;
    return {};
  }
  return fail(ErrorKind::kUsage, "the cluster has no node '" + request_.node + "'", {},
              "its nodes: " + join(node_names(), ", "));
}

std::vector<std::string> TransitionWork::node_names() const {
  std::vector<std::string> names;
  for (const NodePart& node : all_nodes_) names.push_back(node.name);
  return names;
}

std::vector<std::string> TransitionWork::control_planes() const {
  std::vector<std::string> names;
  for (const NodePart& node : all_nodes_)
    if (node.control_plane) names.push_back(node.name);
  return names;
}

std::vector<std::string> TransitionWork::chosen_nodes() const {
  if (request_.node.empty()) return node_names();
  return {request_.node};
}

std::vector<std::string> TransitionWork::chosen_nodes_with(const std::string& component) const {
  std::vector<std::string> names;
  for (const NodePart& node : all_nodes_)
    if (node.runs(component) && (request_.node.empty() || request_.node == node.name)) names.push_back(node.name);
  return names;
}

std::string TransitionWork::node_lost() const {
  const auto now = parts_.nodes();
  if (!now) return now.error().message;
  for (const NodePart& node : all_nodes_) {
    const auto found = std::find_if(now->begin(), now->end(), [&](const auto& one) { return one.name == node.name; });
    if (found == now->end()) return "node " + node.name + " is gone";
    if (!found->running) return fmt::format("node {} is {}", node.name, found->status);
  }
  return "";
}

void TransitionWork::progress(const std::string& step) const {
  if (options_.on_progress) options_.on_progress(step);
}

std::vector<results::Measure> TransitionWork::measures(milliseconds took) const {
  std::vector<results::Measure> measures;
  const auto add = [&measures](const std::string& name, SteadyTime::duration time) {
    const auto rounded = std::chrono::round<milliseconds>(time);
    measures.push_back({name, static_cast<double>(rounded.count()) / 1000, "s"});
  };
  SteadyTime::duration own = took;
  for (const auto& [share, time] : shares_) {
    add(share, time);
    own -= time;
  }
  if (!measures.empty()) add("own", std::max(own, SteadyTime::duration::zero()));
  return measures;
}

Status TransitionWork::on_node(const std::string& node, const std::vector<std::string>& argv,
                               milliseconds limit) const {
  GRADUAND_TRY_ASSIGN(const ProcessResult result, nodes().run(node, argv, limit));
  if (result.ok()) return {};
  // A script's text says less than what it is for.
  const bool script = argv.size() > 2 && argv[1] == "-c";
  return fail(ErrorKind::kInfrastructure,
              fmt::format("{}: {}: {}", script ? "a script on the node" : join(argv, " "), describe_end(result, limit),
                          last_lines(result.stderr_text, 1)),
              node);
}

Status TransitionWork::each(const std::vector<std::string>& nodes,
                            const std::function<Status(const std::string&)>& what) {
  std::vector<std::future<Status>> running;
  running.reserve(nodes.size());
  for (const std::string& node : nodes)
    running.push_back(std::async(std::launch::async, [&what, &node] { return what(node); }));
  Status first;
  for (auto& one : running)
    if (Status status = one.get(); !status && first) first = std::move(status);
  return first;
}

Status TransitionWork::not_so(const std::string& message) const {
  return fail(cancel_.cancelled() ? ErrorKind::kCancelled : ErrorKind::kProduct, message);
}

}  // namespace graduand::cluster
