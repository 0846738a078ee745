// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/gate_flip.h"

#include <fmt/format.h>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/manifest_gates.h"
#include "framework/cluster/transitions/static_pod.h"
#include "framework/kube/client.h"
#include "framework/kube/metrics.h"

namespace graduand::cluster {
namespace {

using catalogue::GateMap;
using results::Outcome;
using results::Transition;

// The process comes and goes behind one address: there is no event to wait for, so it is asked again and again.
constexpr milliseconds kAskAgain{250};

// What one process of the API server says of itself.
struct ServerState {
  double process_start = 0;
  GateMap gates;
  bool ready = false;
  std::string trouble;  // why it could not be asked
};

class ApiServer {
 public:
  static Result<ApiServer> connect(const ApiServerTarget& target) {
    // Short requests: a process that is going away may take one and never answer it.
    GRADUAND_TRY_ASSIGN(auto client, target.make_client(seconds(5)));
    return ApiServer(std::move(client));
  }

  ServerState ask() {
    ServerState state;
    const auto page = client_->raw("GET", "/metrics");
    if (!page) {
      state.trouble = kube::to_string(page.error());
      return state;
    }
    state.gates = kube::feature_gates_of(page->body);
    state.process_start = process_start_in(page->body);
    const auto ready = client_->raw("GET", "/readyz");
    state.ready = ready.has_value();
    if (!ready) state.trouble = kube::to_string(ready.error());
    return state;
  }

 private:
  explicit ApiServer(std::unique_ptr<kube::Client> client) : client_(std::move(client)) {}
  std::unique_ptr<kube::Client> client_;
};

std::string what_differs(const GateMap& wanted, const GateMap& effective) {
  std::vector<std::string> parts;
  for (const auto& [gate, on] : wanted) {
    const auto found = effective.find(gate);
    if (found != effective.end() && found->second == on) continue;
    parts.push_back(fmt::format("{}: requested {}, effective {}", gate, on ? "on" : "off",
                                found == effective.end() ? "not listed" : (found->second ? "on" : "off")));
  }
  return join(parts, "; ");
}

// Waits for a process other than the one started at `before` that is ready; empty when it came with `wanted`.
Status await_new_process(ApiServer& server, double before, const GateMap& wanted, milliseconds limit,
                         const Clock& clock, const CancelToken& cancel) {
  const SteadyTime end = clock.steady_now() + limit;
  std::string trouble = "it did not restart";
  for (;;) {
    const ServerState state = server.ask();
    const bool restarted = state.process_start != 0 && state.process_start != before;
    if (restarted && state.ready) {
      const std::string differs = what_differs(wanted, state.gates);
      if (differs.empty()) return {};
      return fail(ErrorKind::kProduct, "the API server restarted, but shows other values: " + differs);
    }
    if (!state.trouble.empty()) trouble = state.trouble;
    if (clock.steady_now() >= end) {
      return fail(ErrorKind::kProduct,
                  fmt::format("the API server did not come back ready within {}: {}", format_duration(limit), trouble));
    }
    if (cancel.wait_for(kAskAgain)) return fail(ErrorKind::kCancelled, "cancelled while the API server restarted");
  }
}

// One change of the manifest, from looking at it to the record. Steps return errors; finish() makes the outcome of it.
class Change {
 public:
  Change(const ApiServerTarget& target, const GateMap& gates, milliseconds limit, const Clock& clock,
         const CancelToken& cancel)
      : target_(target), gates_(gates), limit_(limit), clock_(clock), cancel_(cancel), began_(clock.steady_now()) {
    record_.request.kind = catalogue::TransitionKind::kSetGates;
    record_.request.component = catalogue::kApiServer;
    record_.request.gates = gates;
    record_.started = clock.now();
  }

  Status flip() {
    GRADUAND_TRY_ASSIGN(const std::string present, read_manifest());
    GRADUAND_TRY_ASSIGN(const std::string wanted, manifest_with_gates(present, gates_));
    GRADUAND_TRY_ASSIGN(ApiServer server, ApiServer::connect(target_));
    const ServerState before = server.ask();
    if (wanted == present && before.ready && what_differs(gates_, before.gates).empty()) return {};
    NodeChange entered = static_pod_change(target_.node, catalogue::kApiServer, wanted);
    entered.evidence = true;
    GRADUAND_TRY(target_.journal->enter(entered));
    GRADUAND_TRY_ASSIGN(const std::string marked, marked_manifest(wanted, format_rfc3339(clock_.now())));
    GRADUAND_TRY(write(marked));
    Status changed = await_new_process(server, before.process_start, gates_, limit_, clock_, cancel_);
    if (changed) return {};
    if (const std::string words = last_words_of_static_pod(*target_.nodes, target_.node, catalogue::kApiServer);
        !words.empty())
      changed.error().message += "; its last words: " + words;
    // Back to what it was before this flip, whatever earlier ones did; not to be cancelled half-way.
    if (Status undone = put(server, present); !undone)
      changed.error().message += "; and the manifest could not be put back: " + to_string(undone.error());
    return changed;
  }

  Transition finish(const Status& status) {
    record_.took = std::chrono::round<milliseconds>(clock_.steady_now() - began_);
    if (!status) {
      const ErrorKind kind = status.error().kind;
      const bool product = kind == ErrorKind::kProduct || kind == ErrorKind::kTimeout;
      record_.outcome = product ? Outcome::kFailed : Outcome::kInfraError;
      record_.message = to_string(status.error());
    }
    return std::move(record_);
  }

 private:
  Result<std::string> read_manifest() {
    return target_.nodes->read_file(target_.node, manifest_path(catalogue::kApiServer));
  }

  Status write(const std::string& manifest) {
    return replace_static_pod(*target_.nodes, target_.node, catalogue::kApiServer, manifest);
  }

  Status put(ApiServer& server, const std::string& manifest) {
    const double before = server.ask().process_start;
    GRADUAND_TRY(write(manifest));
    return await_new_process(server, before, {}, limit_, clock_, {});
  }

  const ApiServerTarget& target_;
  const GateMap gates_;
  const milliseconds limit_;
  const Clock& clock_;
  const CancelToken cancel_;
  const SteadyTime began_;
  Transition record_;
};

}  // namespace

Transition flip_api_server_gates(const ApiServerTarget& target, const GateMap& gates, milliseconds limit,
                                 const Clock& clock, const CancelToken& cancel) {
  Change change(target, gates, limit, clock, cancel);
  return change.finish(change.flip());
}

}  // namespace graduand::cluster
