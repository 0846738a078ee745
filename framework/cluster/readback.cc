// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/readback.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <future>

#include "framework/base/contains.h"
#include "framework/base/log.h"
#include "framework/base/text.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/cluster/loopback_metrics.h"
#include "framework/kube/metrics.h"

namespace graduand::cluster {
namespace {

using catalogue::CellFacts;
using catalogue::GateMap;

// A component that is still starting is asked again; there is nothing to watch.
constexpr milliseconds kRetryPause{500};

class Deadline {
 public:
  explicit Deadline(milliseconds limit) : end_(system_clock().steady_now() + limit) {}
  bool passed() const { return system_clock().steady_now() >= end_; }

 private:
  SteadyTime end_;
};

GateMap api_server_page(const ReadbackTarget& target, const std::string& path, const Deadline& deadline,
                        const CancelToken& cancel) {
  for (;;) {
    const auto page = target.client->raw("GET", path);
    if (page) {
      if (GateMap gates = kube::feature_gates_of(page->body); !gates.empty()) return gates;
    }
    // "Forbidden" stays so.
    if (!page && page.error().forbidden()) {
      spdlog::info("{}: not allowed", path);
      return {};
    }
    if (deadline.passed() || cancel.wait_for(kRetryPause)) {
      spdlog::warn("{}: no feature gates: {}", path, page ? "none on the page" : kube::to_string(page.error()));
      return {};
    }
  }
}

// What the kubelet was configured with has to show in what it says is on; a gate where the two differ is left out, and
// so counts as a difference to whatever is asked.
GateMap kubelet_page(const ReadbackTarget& target, const std::string& node, const Deadline& deadline,
                     const CancelToken& cancel) {
  const std::string proxy = "/api/v1/nodes/" + node + "/proxy";
  GateMap gates = api_server_page(target, proxy + "/metrics", deadline, cancel);
  if (gates.empty()) return gates;
  const auto configz = target.client->raw("GET", proxy + "/configz");
  if (!configz) return gates;
  const auto config = parse_json(configz->body, "configz");
  if (!config) return gates;
  for (const auto& [gate, on] : object_at(*config, "kubeletconfig.featureGates")) {
    const auto found = gates.find(std::string(gate));
    if (on.is_bool() && found != gates.end() && found->second != on.as_bool()) gates.erase(found);
  }
  return gates;
}

// "34" of "34+", as some distributions write it; -1 when it is no number.
int number_at(const json::value& answer, const char* key) {
  const std::string text = string_at(answer, key);
  int number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Status put_versions(const ReadbackTarget& target, CellFacts& facts) {
  const auto server = target.client->raw("GET", "/version");
  if (!server) return fail(kube::to_error(server.error()));
  GRADUAND_TRY_ASSIGN(const json::value answer, parse_json(server->body, "/version"));
  GRADUAND_TRY(put_server_version(facts, answer));
  for (const std::string& name : target.node_names) {
    const auto node = target.client->get(kube::resources::kNodes, "", name);
    if (!node) return fail(kube::to_error(node.error()));
    GRADUAND_TRY_ASSIGN(auto version,
                        catalogue::KubeVersion::parse(string_at(*node, "status.nodeInfo.kubeletVersion")));
    facts.kubelet_versions.push_back(std::move(version));
  }
  facts.nodes = static_cast<int>(target.node_names.size());
  return {};
}

}  // namespace

std::vector<std::string> absent_by_design(const catalogue::CellDescription& cell) {
  for (const json::value& patch : cell.kubeadm_patches) {
    if (string_at(patch, "kind") != "InitConfiguration") continue;
    for (const json::value& phase : array_at(patch, "skipPhases"))
      if (phase.is_string() && (phase.as_string() == "addon" || phase.as_string() == "addon/kube-proxy"))
        return {catalogue::kKubeProxy};
  }
  return {};
}

void put_gates(CellFacts& facts, const std::string& component, const std::vector<GateMap>& pages,
               bool absent_by_design) {
  const auto unread = [](const GateMap& page) { return page.empty(); };
  const bool none = std::all_of(pages.begin(), pages.end(), unread);
  if (!pages.empty() && std::none_of(pages.begin(), pages.end(), unread))
    facts.effective_gates[component] = agreed_gates(pages);
  else if (absent_by_design && none)
    facts.absent_components.push_back(component);
  else
    facts.unverified_components.push_back(component);
}

Status put_server_version(CellFacts& facts, const json::value& answer) {
  auto version = catalogue::KubeVersion::parse(string_at(answer, "gitVersion"));
  if (!version) return fail(ErrorKind::kInfrastructure, "the API server does not say its version", "/version");
  facts.api_server_version = *std::move(version);
  facts.emulated_version.reset();
  const catalogue::KubeVersion emulated{
      number_at(answer, "emulationMajor"), number_at(answer, "emulationMinor"), -1, {}};
  if (emulated.major >= 0 && emulated.minor >= 0 && !emulated.same_minor(facts.api_server_version))
    facts.emulated_version = emulated;
  return {};
}

GateMap agreed_gates(const std::vector<GateMap>& pages) {
  if (pages.empty()) return {};
  GateMap agreed = pages.front();
  for (const GateMap& page : pages) {
    std::erase_if(agreed, [&page](const auto& gate) {
      const auto other = page.find(gate.first);
      return other == page.end() || other->second != gate.second;
    });
  }
  return agreed;
}

Result<CellFacts> read_back(const ReadbackTarget& target, const CancelToken& cancel) {
  const Deadline deadline(target.limit);
  const auto at_once = [](auto&& function) { return std::async(std::launch::async, std::move(function)); };
  std::vector<std::future<GateMap>> kubelets;
  std::vector<std::future<LoopbackPages>> loopbacks;
  for (const std::string& node : target.node_names) {
    kubelets.push_back(at_once([&, node] { return kubelet_page(target, node, deadline, cancel); }));
    if (target.nodes == nullptr) continue;
    const bool control_plane = std::count(target.control_planes.begin(), target.control_planes.end(), node) > 0;
    loopbacks.push_back(at_once([&, node, control_plane] {
      LoopbackPages pages;
      do {
        pages = read_loopback_pages(*target.nodes, node, control_plane, cancel, target.absent);
      } while (!pages.complete && !deadline.passed() && !cancel.wait_for(kRetryPause));
      return pages;
    }));
  }
  CellFacts facts;
  facts.node_access = target.nodes != nullptr;
  const auto put = [&](const char* component, const std::vector<GateMap>& pages) {
    const bool on_nodes =
        component == std::string_view(catalogue::kKubelet) || component == std::string_view(catalogue::kKubeProxy);
    put_gates(facts, component, pages, contains(target.absent, component) || (on_nodes && target.node_names.empty()));
  };
  put(catalogue::kApiServer, {api_server_page(target, "/metrics", deadline, cancel)});
  const Status versions = put_versions(target, facts);

  std::vector<GateMap> kubelet_pages;
  for (auto& kubelet : kubelets) kubelet_pages.push_back(kubelet.get());
  std::map<std::string, std::vector<GateMap>> on_loopback;
  std::vector<int> threads;
  for (auto& loopback : loopbacks) {
    LoopbackPages pages = loopback.get();
    for (auto& [component, gates] : pages.gates) on_loopback[component].push_back(std::move(gates));
    if (pages.threads_per_core > 0) threads.push_back(pages.threads_per_core);
  }
  put(catalogue::kControllerManager, on_loopback[catalogue::kControllerManager]);
  put(catalogue::kScheduler, on_loopback[catalogue::kScheduler]);
  put(catalogue::kKubelet, kubelet_pages);
  put(catalogue::kKubeProxy, on_loopback[catalogue::kKubeProxy]);
  if (!threads.empty()) facts.threads_per_core = *std::min_element(threads.begin(), threads.end());
  if (cancel.cancelled()) return fail(ErrorKind::kCancelled, "reading the effective gates back: cancelled");
  GRADUAND_TRY(versions);
  return facts;
}

std::vector<std::string> differences(const catalogue::CellDescription& cell, const CellFacts& facts) {
  std::vector<std::string> lines;
  const auto on_off = [](bool on) { return on ? "on" : "off"; };
  for (const std::string& component : catalogue::components()) {
    if (contains(facts.unverified_components, component)) continue;
    if (contains(facts.absent_components, component) && !cell.component_gates.count(component)) continue;
    for (const auto& [gate, on] : cell.requested_gates(component)) {
      const auto effective = facts.effective(component, gate);
      if (effective == on) continue;
      lines.push_back(
          fmt::format("feature gate {} at {}: requested {}, effective {}", gate, component, on_off(on),
                      effective ? on_off(*effective) : "unknown: not listed alike by every instance of it"));
    }
  }
  const auto& asked = cell.kubernetes_version;
  const auto& server = facts.api_server_version;
  if (asked.patch < 0 ? !asked.same_minor(server) : asked != server)
    lines.push_back(fmt::format("version of kube-apiserver: requested {}, effective {}", asked.str(), server.str()));
  if (catalogue::capabilities_of(cell.provider).given_cluster) return lines;
  std::vector<catalogue::KubeVersion> requested;
  for (const auto& node : cell.nodes) requested.push_back(node.version);
  auto effective = facts.kubelet_versions;
  std::sort(requested.begin(), requested.end());
  std::sort(effective.begin(), effective.end());
  const auto text = [](const std::vector<catalogue::KubeVersion>& versions) {
    std::vector<std::string> texts;
    for (const auto& version : versions) texts.push_back(version.str());
    return join(texts, ", ");
  };
  if (requested != effective)
    lines.push_back(fmt::format("versions of kubelet: requested {}, effective {}", text(requested), text(effective)));
  return lines;
}

}  // namespace graduand::cluster
