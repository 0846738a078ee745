// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/live_context.h"

#include <cstdio>

#include "framework/base/text.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/cluster/kind/docker_node_access.h"
#include "framework/cluster/transitions/gate_flip.h"
#include "framework/cluster/transitions/manifest_gates.h"
#include "framework/cluster/transitions/node_components.h"
#include "framework/e2e/case_error.h"
#include "framework/kube/kubeconfig.h"

namespace graduand::e2e {
namespace {

// The kubelet notices a changed manifest within 20 s, and an API server is up some 5 s later.
constexpr milliseconds kFlipLimit = seconds(90);

}  // namespace

LiveContext::LiveContext(const results::AttemptContext& attempt, bool disruptive, RecordSink& sink, CancelToken cancel,
                         const Clock& clock)
    : attempt_(attempt),
      sink_(sink),
      cancel_(std::move(cancel)),
      clock_(clock),
      random_(attempt.seed),
      disruptive_(disruptive),
      state_(attempt.state_file, attempt.finish_file, cancel_),
      phase_(attempt.phase) {}

Status LiveContext::open() {
  const bool access = catalogue::capabilities_of(attempt_.provider).node_access && !attempt_.cluster_name.empty();
  return open(access ? cluster::docker_node_access(system_process_runner()) : nullptr);
}

Status LiveContext::open(std::unique_ptr<cluster::NodeAccess> nodes) {
  if (nodes != nullptr) {
    nodes_ = std::move(nodes);
    components_ = std::make_unique<cluster::KubeadmComponents>(
        *nodes_, [this](milliseconds limit) { return short_client(limit); }, kFlipLimit, clock_);
    journal_ = std::make_unique<cluster::NodeJournal>(*nodes_, *components_, attempt_.attempt_id);
  }
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

Result<std::unique_ptr<kube::Client>> LiveContext::short_client(milliseconds limit) const {
  GRADUAND_TRY_ASSIGN(auto config, kube::load_kubeconfig({attempt_.kubeconfig}, attempt_.kube_context));
  kube::ClientOptions options;
  options.timeout = limit;
  return kube::Client::create(std::move(config), std::move(options));
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
  if (nodes_ == nullptr)
    throw CaseError("commands cannot be run on this cluster's nodes: the case must need \"node access\"", false);
  return *nodes_;
}

cluster::NodeJournal& LiveContext::journal() {
  if (journal_ == nullptr)
    throw CaseSkipped("needs node access: the provider " + attempt_.provider + " gives none to its clusters' nodes");
  if (!disruptive_) throw CaseError("the case changes the cluster, and so must be declared `disruptive`", false);
  if (closed_) throw CaseError("the attempt is over: nothing can be changed any more", true);
  return *journal_;
}

void LiveContext::change(const cluster::NodeChange& change) {
  cluster::NodeJournal& entries = journal();
  progress("change " + cluster::describe(change) + " on " + change.node);
  const Status made = entries.make(change);
  if (!made) throw CaseError(to_string(made.error()), made.error().kind == ErrorKind::kInfrastructure);
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
  target.journal = &journal();
  target.nodes = nodes_.get();
  target.node = control_plane_node();
  target.make_client = [this](milliseconds limit) { return short_client(limit); };
  flipped_ = true;  // before it happens: a flip that fails half-way must be put back as well
  progress("set " + cluster::feature_gates_flag(gates) + " at kube-apiserver");
  const auto transition = cluster::flip_api_server_gates(target, gates, kFlipLimit, clock_, cancel_);
  record(transition, phase_ + "+kube-apiserver:" + cluster::feature_gates_flag(gates));
  if (transition.outcome != results::Outcome::kPassed)
    throw CaseError("setting " + cluster::feature_gates_flag(gates) + " at kube-apiserver: " + transition.message,
                    transition.outcome == results::Outcome::kInfraError);
}

Status LiveContext::put_back() {
  if (journal_ == nullptr) return {};
  closed_ = true;
  results::Transition transition;
  transition.request.kind = catalogue::TransitionKind::kRestore;
  transition.request.component = catalogue::kApiServer;
  transition.started = clock_.now();
  const SteadyTime began = clock_.steady_now();
  Status first;
  for (const std::string& node : journal_->touched())
    if (Status done = journal_->put_back(node); !done && first) first = std::move(done);
  if (!first) first.error().message = "putting back what the case changed: " + first.error().message;
  if (!flipped_) return first;
  flipped_ = false;
  transition.took = std::chrono::round<milliseconds>(clock_.steady_now() - began);
  if (!first) {
    const bool product = first.error().kind == ErrorKind::kProduct;
    transition.outcome = product ? results::Outcome::kFailed : results::Outcome::kInfraError;
    transition.message = to_string(first.error());
  }
  record(transition, attempt_.phase);
  return first;
}

void LiveContext::put_back_in_a_hurry() {
  if (journal_ == nullptr) return;
  closed_ = true;
  for (const std::string& node : journal_->touched())
    if (Status done = journal_->undo(node); !done)
      std::printf("putting back in a hurry: %s\n", to_string(done.error()).c_str());
}

}  // namespace graduand::e2e
