// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/live_context.h"

#include <cstdio>

#include "framework/base/text.h"
#include "framework/cluster/kind/docker_node_access.h"
#include "framework/cluster/transitions/gate_flip.h"
#include "framework/e2e/case_error.h"
#include "framework/kube/kubeconfig.h"

namespace graduand::e2e {
namespace {

// The kubelet notices a changed manifest within 20 s, and an API server is up some 5 s later.
constexpr milliseconds kFlipLimit = seconds(90);

std::string text_of(const catalogue::GateMap& gates) {
  std::vector<std::string> parts;
  for (const auto& [gate, on] : gates) parts.push_back(gate + (on ? "=true" : "=false"));
  return join(parts, ",");
}

}  // namespace

LiveContext::LiveContext(const results::AttemptContext& attempt, RecordSink& sink, CancelToken cancel,
                         const Clock& clock)
    : attempt_(attempt),
      sink_(sink),
      cancel_(std::move(cancel)),
      clock_(clock),
      random_(attempt.seed),
      state_(attempt.state_file, attempt.finish_file, cancel_),
      phase_(attempt.phase) {}

Status LiveContext::open() {
  if (attempt_.kubeconfig.empty()) return {};
  GRADUAND_TRY_ASSIGN(auto config, kube::load_kubeconfig({attempt_.kubeconfig}, attempt_.kube_context));
  kube::ClientOptions options;
  options.user_agent = "graduand-e2e/" + attempt_.case_id;
  options.on_request = [this](const kube::RequestTrace& trace) {
    if (trace.code != 0) ++requests_;
  };
  GRADUAND_TRY_ASSIGN(client_, kube::Client::create(std::move(config), std::move(options)));
  return {};
}

kube::Client& LiveContext::client() {
  if (client_ == nullptr) throw CaseError("this attempt has no cluster (its cell's provider is 'none')", false);
  return *client_;
}

void LiveContext::measure(const std::string& name, double value, const std::string& unit) {
  ++measures_;
  std::printf("measure %s = %.3f %s\n", name.c_str(), value, unit.c_str());
  std::fflush(stdout);
  sink_.send(results::Measure{name, value, unit});
}

void LiveContext::progress(const std::string& message) {
  std::printf("%s\n", message.c_str());
  std::fflush(stdout);
  sink_.send(results::Progress{message});
}

cluster::NodeAccess& LiveContext::nodes() {
  if (attempt_.provider != "kind" || attempt_.cluster_name.empty())
    throw CaseError("commands cannot be run on this cluster's nodes: the case must need \"node access\"", false);
  if (nodes_ == nullptr) nodes_ = cluster::docker_node_access(system_process_runner());
  return *nodes_;
}

const std::string& LiveContext::control_plane_node() const {
  if (control_plane_.empty()) {
    if (client_ == nullptr) throw CaseError("this attempt has no cluster, and so no control plane", false);
    kube::ListOptions options;
    options.label_selector = "node-role.kubernetes.io/control-plane";
    const auto nodes = must(client_->list(kube::resources::kNodes, "", options));
    if (nodes.items.empty()) throw CaseError("no node has the label " + options.label_selector, false);
    control_plane_ = kube::name_of(nodes.items.front());
  }
  return control_plane_;
}

void LiveContext::record(results::Transition transition, const std::string& phase_after) {
  transition.run_id = attempt_.run_id;
  transition.instance_id = attempt_.instance_id;
  transition.attempt_id = attempt_.attempt_id;
  transition.phase_before = phase_;
  if (transition.outcome == results::Outcome::kPassed) phase_ = phase_after;
  transition.phase_after = phase_;
  sink_.send(std::move(transition));
}

void LiveContext::flip_api_server_gates(const catalogue::GateMap& gates) {
  cluster::ApiServerTarget target;
  target.nodes = &nodes();
  target.node = control_plane_node();
  target.kubeconfig = attempt_.kubeconfig;
  target.kube_context = attempt_.kube_context;
  flipped_ = true;  // before it happens: a flip that fails half-way must be put back as well
  progress("set " + text_of(gates) + " at kube-apiserver");
  const auto transition = cluster::flip_api_server_gates(target, gates, kFlipLimit, clock_, cancel_);
  record(transition, phase_ + "+kube-apiserver:" + text_of(gates));
  if (transition.outcome != results::Outcome::kPassed)
    throw CaseError("setting " + text_of(gates) + " at kube-apiserver: " + transition.message,
                    transition.outcome == results::Outcome::kInfraError);
}

Status LiveContext::restore_gates() {
  if (!flipped_) return {};
  flipped_ = false;
  try {
    cluster::ApiServerTarget target;
    target.nodes = &nodes();
    target.node = control_plane_node();
    target.kubeconfig = attempt_.kubeconfig;
    target.kube_context = attempt_.kube_context;
    const auto transition = cluster::restore_api_server(target, kFlipLimit, clock_);
    record(transition, attempt_.phase);
    if (transition.outcome != results::Outcome::kPassed)
      return fail(
          transition.outcome == results::Outcome::kInfraError ? ErrorKind::kInfrastructure : ErrorKind::kProduct,
          "putting kube-apiserver's gates back: " + transition.message);
  } catch (const CaseError& error) {
    return fail(error.infrastructure() ? ErrorKind::kInfrastructure : ErrorKind::kProduct, error.what());
  }
  return {};
}

}  // namespace graduand::e2e
