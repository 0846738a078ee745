// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/transitions/scripted_cluster.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/cluster/journal/node_change.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/control_plane_backup.h"
#include "framework/cluster/transitions/manifest_gates.h"
#include "framework/cluster/transitions/static_pod.h"

namespace graduand::cluster::testing_support {
namespace {

std::string numbered(const std::string& name, int number) {
  return number == 1 ? name : name + std::to_string(number);
}

std::string key(const std::string& component, const std::string& node) {
  return component + " on " + node;
}

std::string manifest_text(const std::string& component, const std::string& version) {
  const std::string tag = component == kEtcd ? "3.5.24-0" : version;
  return "kind: Pod\nmetadata:\n  name: " + component + "\nspec:\n  containers:\n  - command:\n    - " + component +
         "\n    - --leader-elect=true\n    image: registry.k8s.io/" + component + ":" + tag + "\n";
}

json::object ready(bool so) {
  return {{"conditions", json::array{json::object{{"type", "Ready"}, {"status", so ? "True" : "False"}}}}};
}

// Every node image has everything.
class ScriptedVersion final : public VersionSource {
 public:
  ScriptedVersion(ScriptedNodes& machines, catalogue::KubeVersion version)
      : machines_(machines), version_(std::move(version)) {}
  const catalogue::KubeVersion& version() const override { return version_; }
  std::string source() const override { return "kindest/node:" + version_.str(); }
  Status copy_program(const std::string&, const std::string& node, const std::string& path,
                      const CancelToken&) const override {
    return machines_.write_file(node, path, version_.str(), "");
  }
  Result<std::vector<std::string>> images(const CancelToken&) override {
    return std::vector<std::string>{"registry.k8s.io/kube-apiserver:" + version_.str()};
  }
  Status import_images(const std::vector<std::string>&, const std::string&, const CancelToken&) const override {
    return {};
  }

 private:
  ScriptedNodes& machines_;
  const catalogue::KubeVersion version_;
};

}  // namespace

ScriptedCluster::ScriptedCluster(int control_planes, int workers, const std::string& version) {
  api.page = [this](const std::string& path) { return page(path); };
  machines.when_changed = [this](const std::string& node, const std::string& path) {
    const std::string folder = std::string(kManifestFolder) + "/";
    if (!starts_with(path, folder)) return;
    const std::string component = path.substr(folder.size(), path.size() - folder.size() - 5);
    end_pod(node, component);
    if (machines.nodes[node].files.contains(path)) start_pod(node, component);
  };
  answer_scripts();
  for (int i = 1; i <= control_planes + workers; ++i) {
    const bool control_plane = i <= control_planes;
    const std::string node = control_plane ? numbered("c", i) : numbered("w", i - control_planes);
    parts_.push_back({node, control_plane, true, "running", kubeadm_components(control_plane)});
    auto& files = machines.nodes[node].files;
    files[kConfig] = {"kind: KubeletConfiguration\n", "0644"};
    files[kProgram] = {version, "0755"};
    files[kNodeVersionFile] = {version, "0644"};
    restart_kubelet(node);
    api.put("pods", "kube-system", "kube-proxy-" + node,
            {{"metadata", json::object{{"uid", "1-" + node}, {"labels", json::object{{"k8s-app", "kube-proxy"}}}}},
             {"spec", json::object{{"nodeName", node}}},
             {"status", ready(true)}});
    if (!control_plane) continue;
    for (const std::string& component : static_pods()) {
      files[manifest_path(component)] = {manifest_text(component, version), "0600"};
      start_pod(node, component);
    }
  }
  for (const std::string& component : LeaderLeases::components()) lead("c", component);
  const json::object image = {{"image", "registry.k8s.io/kube-proxy:" + version}};
  const json::object pod = {{"spec", json::object{{"containers", json::array{image}}}}};
  const int all = control_planes + workers;
  api.put("daemonsets", "kube-system", "kube-proxy",
          {{"spec", json::object{{"template", pod}}},
           {"status", json::object{{"desiredNumberScheduled", all},
                                   {"observedGeneration", 1},
                                   {"updatedNumberScheduled", all},
                                   {"numberAvailable", all}}}});
  api.put("configmaps", "kube-system", "kube-proxy",
          {{"data", json::object{{"config.conf", "kind: KubeProxyConfiguration\n"}}}});
  api.put("configmaps", "kube-system", "kubeadm-config",
          {{"data", json::object{{"ClusterConfiguration",
                                  "kind: ClusterConfiguration\nkubernetesVersion: " + version + "\n"}}}});
  // A DaemonSet brings a pod back.
  api.on_write = [this](const std::string& what) {
    const std::string sign = "delete pods kube-proxy-";
    if (!starts_with(what, sign)) return;
    const std::string node = what.substr(sign.size());
    api.put("pods", "kube-system", "kube-proxy-" + node,
            {{"metadata", json::object{{"uid", "2-" + node}, {"labels", json::object{{"k8s-app", "kube-proxy"}}}}},
             {"spec", json::object{{"nodeName", node}}},
             {"status", ready(true)}});
  };
}

void ScriptedCluster::lead(const std::string& node, const std::string& component) {
  std::string holder;
  if (!node.empty()) {
    const std::lock_guard<std::mutex> lock(mutex_);
    holder = node + "_" + std::to_string(starts_[key(component, node)]);
  }
  api.put("leases", "kube-system", component,
          {{"spec", json::object{{"holderIdentity", holder}, {"leaseDurationSeconds", 15}}}});
}

void ScriptedCluster::start_pod(const std::string& node, const std::string& component) {
  const std::string given = machines.nodes[node].files.at(manifest_path(component)).content;
  const std::string who = key(component, node);
  const bool runs = !refuses || !refuses(who, given);
  int start = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    start = starts_[who] = ++newest_start_;
    if (runs) running_.insert(who);
    if (runs && component == catalogue::kApiServer) newest_server_ = node;
  }
  const json::object container = {{"image", image_in_manifest(given).value_or("")}};
  json::object status = ready(runs);
  status["containerStatuses"] = json::array{json::object{{"containerID", "c" + std::to_string(start)}}};
  api.put("pods", "kube-system", component + "-" + node,
          {{"spec", json::object{{"containers", json::array{container}}}}, {"status", std::move(status)}});
  api.set_never(component + "-" + node, !runs);
  const auto& leaders = LeaderLeases::components();
  if (std::find(leaders.begin(), leaders.end(), component) == leaders.end()) return;
  if (runs && leader(component).empty()) lead(node, component);
  api.set_never(component, leader(component).empty());
}

void ScriptedCluster::end_pod(const std::string& node, const std::string& component) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    running_.erase(key(component, node));
  }
  api.erase("pods", "kube-system", component + "-" + node);
  if (!starts_with(leader(component), node + "_")) return;
  // Somebody else takes over, where somebody else is.
  std::string heir;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const NodePart& part : parts_)
      if (running_.contains(key(component, part.name))) heir = part.name;
  }
  lead(heir, component);
}

Result<ProcessResult> ScriptedCluster::restart_kubelet(const std::string& node) {
  const std::string version = machines.content(node, kProgram);
  const std::string who = key(catalogue::kKubelet, node);
  const bool runs = !refuses || !refuses(who, machines.content(node, kConfig) + version);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    starts_[who] = ++newest_start_;
    if (runs)
      running_.insert(who);
    else
      running_.erase(who);
  }
  json::object status = ready(runs);
  status["nodeInfo"] = json::object{{"kubeletVersion", version}};
  api.put("nodes", "", node, {{"status", std::move(status)}});
  api.set_never(node, !runs);
  return ScriptedNodes::says("");
}

// As the scripts that transitions run on a node do, told by what only they have in them.
void ScriptedCluster::answer_scripts() {
  using Argv = std::vector<std::string>;
  const auto restarted = [this](const std::string& node, const Argv&) { return restart_kubelet(node); };
  const auto healthy = [this](const std::string& node, const Argv&) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const bool runs = running_.contains(key(catalogue::kKubelet, node));
    return ScriptedNodes::says("", runs ? 0 : 4, runs ? "" : "the kubelet ends each time that it is started");
  };
  machines.on("systemctl restart kubelet", restarted);
  machines.on("daemon-reload", restarted);
  machines.on("10248/healthz", healthy);
  machines.on("MainPID", [this, healthy](const std::string& node, const Argv& argv) {
    std::ignore = restart_kubelet(node);
    return healthy(node, argv);
  });
  const auto change = [this](const std::string& node, const std::string& what,
                             const std::function<void()>& make) -> Result<ProcessResult> {
    GRADUAND_TRY(machines.change(node, what, make));
    return ScriptedNodes::says("");
  };
  machines.on("component=$1 manifest=$2", [this, change](const std::string& node, const Argv& argv) {
    return change(node, "take away " + argv[5], [&] {
      if (machines.nodes[node].files.erase(argv[5]) != 0) machines.when_changed(node, argv[5]);
    });
  });
  machines.on("no process $1", [this](const std::string& node, const Argv& argv) {
    machines.when_changed(node, manifest_path(argv[4]));
    return ScriptedNodes::says("");
  });
  machines.on("tail -q", [](const std::string&, const Argv&) { return ScriptedNodes::says("panic: the log's end\n"); });
  machines.on("journalctl",
              [](const std::string&, const Argv&) { return ScriptedNodes::says("panic: its journal\n"); });
  machines.on("rm -f", [this, change](const std::string& node, const Argv& argv) {
    return change(node, "rm", [&] {
      for (const std::string& path : argv) machines.nodes[node].files.erase(path);
    });
  });
  machines.on("printf %s \"$1\"", [this, change](const std::string& node, const Argv& argv) {
    return change(node, "printf", [&] { machines.nodes[node].files[argv[5]].content = argv[4]; });
  });
  // A kubelet is installed, and put back; the old program keeps another name.
  machines.on("ln -f", [this, change](const std::string& node, const Argv& argv) {
    auto result = change(node, "install", [&] {
      auto& files = machines.nodes[node].files;
      files[argv[6]] = files.at(argv[4]);
      files[argv[4]].content = files.at(argv[5]).content;
      files.erase(argv[5]);
    });
    if (result) std::ignore = restart_kubelet(node);
    return result;
  });
  machines.on("if test -e \"$2\"", [this, change](const std::string& node, const Argv& argv) {
    auto result = change(node, "uninstall", [&] {
      auto& files = machines.nodes[node].files;
      if (const auto old = files.find(argv[5]); old != files.end()) files[argv[4]] = old->second;
      files.erase(argv[5]);
    });
    if (result) std::ignore = restart_kubelet(node);
    return result;
  });
  machines.on("kubelet-new --version", [this](const std::string& node, const Argv& argv) {
    return ScriptedNodes::says("Kubernetes " + machines.content(node, argv[0]) + "\n");
  });
  machines.on("restarts()", healthy);
  // As kubeadm does it: new manifests on a control plane, and kube-proxy's image with the first.
  machines.on("graduand-kubeadm upgrade", [this](const std::string& node, const Argv& argv) -> Result<ProcessResult> {
    const std::string version = machines.content(node, argv[0]);
    for (const std::string& component : static_pods()) {
      const auto text = machines.read_file(node, manifest_path(component));
      if (!text) continue;
      const std::string tag = component == kEtcd ? "3.6.6-0" : version;
      const auto changed = manifest_with_image(*text, "registry.k8s.io/" + component + ":" + tag);
      GRADUAND_TRY(machines.write_file(node, manifest_path(component), changed.value(), ""));
    }
    if (argv[2] != "apply") return ScriptedNodes::says("");
    GRADUAND_TRY(write_kube_proxy_image(*api.client(), "registry.k8s.io/kube-proxy:" + version));
    return ScriptedNodes::says("[upgrade] Preparing for the upgrade\n");
  });
  machines.on("stat --format",
              [](const std::string&, const Argv&) { return ScriptedNodes::says("1000\n900000000\n"); });
  machines.on("snapshot save", [this, change](const std::string& node, const Argv& argv) {
    return change(node, "snapshot", [&] { machines.nodes[node].files[argv[4]] = {"etcd's data", "0600"}; });
  });
  machines.on("mv -f \"$1\" /usr/bin/kubeadm", [this, change](const std::string& node, const Argv& argv) {
    return change(node, "settle", [&] {
      auto& files = machines.nodes[node].files;
      files.erase(argv[4]);
      files.erase(argv[5]);
      files[argv[7]].content = argv[6];
    });
  });
}

kube::ApiResult<kube::HttpResponse> ScriptedCluster::page(const std::string& path) {
  time.advance(seconds(10));
  std::string server;
  int start = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const NodePart& part : parts_)
      if (running_.contains(key(catalogue::kApiServer, part.name))) server = part.name;
    if (running_.contains(key(catalogue::kApiServer, newest_server_))) server = newest_server_;
    if (!server.empty()) start = starts_.at(key(catalogue::kApiServer, server));
  }
  if (server.empty()) {
    kube::ApiError error;
    error.transport = ErrorKind::kInfrastructure;
    error.message = "connection refused";
    return tl::unexpected<kube::ApiError>(error);
  }
  const std::string text = manifest(server, catalogue::kApiServer);
  if (path == "/readyz") return kube::HttpResponse{200, "ok", {}, {}};
  if (path == "/version") {
    const std::string tag = image_in_manifest(text).value_or("");
    return kube::HttpResponse{200, "{\"gitVersion\":\"" + tag.substr(tag.rfind(':') + 1) + "\"}", {}, {}};
  }
  std::string metrics = "process_start_time_seconds " + std::to_string(start) + "\n";
  for (const auto& [gate, on] : gates_in_manifest(text))
    metrics += "kubernetes_feature_enabled{name=\"" + gate + "\",stage=\"\"} " + (on ? "1" : "0") + "\n";
  return kube::HttpResponse{200, metrics, {}, {}};
}

std::string ScriptedCluster::image(const std::string& node, const std::string& component) {
  return image_in_manifest(manifest(node, component)).value_or("none");
}

std::map<std::string, ScriptedNodes::Node> ScriptedCluster::state() const {
  auto nodes = machines.nodes;
  for (auto& [name, node] : nodes)
    std::erase_if(node.files, [](const auto& file) { return starts_with(file.first, kJournalFolder); });
  return nodes;
}

bool ScriptedCluster::journals_are_empty() const {
  for (const auto& [name, node] : machines.nodes)
    for (const auto& [path, file] : node.files)
      if (starts_with(path, kJournalFolder)) return false;
  return true;
}

Result<std::vector<NodePart>> ScriptedCluster::nodes(const CancelToken&) const {
  auto parts = parts_;
  for (NodePart& part : parts) {
    if (!stopped.contains(part.name)) continue;
    part.running = false;
    part.status = "exited";
  }
  return parts;
}

Result<std::unique_ptr<kube::Client>> ScriptedCluster::client(milliseconds) const {
  return const_cast<ScriptedApi&>(api).client();
}

Result<catalogue::CellFacts> ScriptedCluster::facts_when_ready(kube::Client&, const CancelToken& cancel) const {
  if (not_ready) return fail(*not_ready);
  if (cancel.cancelled()) return fail(ErrorKind::kCancelled, "cancelled");
  catalogue::CellFacts facts;
  auto nodes = machines.nodes;
  for (const NodePart& part : parts_) {
    auto& files = nodes[part.name].files;
    const auto kubelet = catalogue::KubeVersion::parse(files[kProgram].content);
    if (kubelet) facts.kubelet_versions.push_back(*kubelet);
    facts.effective_gates[catalogue::kKubelet] = gates_in_config(files[kConfig].content);
    if (!part.control_plane) continue;
    for (const char* component : {catalogue::kApiServer, catalogue::kControllerManager, catalogue::kScheduler})
      facts.effective_gates[component] = gates_in_manifest(files[manifest_path(component)].content);
    const std::string tag = image_in_manifest(files[manifest_path(catalogue::kApiServer)].content).value_or("");
    if (const auto server = catalogue::KubeVersion::parse(tag.substr(tag.rfind(':') + 1)))
      facts.api_server_version = *server;
  }
  const json::value proxy = api.get("configmaps", "kube-system", "kube-proxy");
  if (proxy.is_object()) {
    const json::value* config = find_path(proxy, {"data", "config.conf"});
    facts.effective_gates[catalogue::kKubeProxy] = gates_in_config(std::string(config->as_string()));
  }
  return facts;
}

Result<std::unique_ptr<VersionSource>> ScriptedCluster::open_version(const catalogue::KubeVersion& version,
                                                                     const CancelToken&) const {
  if (no_version) return fail(*no_version);
  return std::unique_ptr<VersionSource>(
      std::make_unique<ScriptedVersion>(const_cast<ScriptedNodes&>(machines), version));
}

}  // namespace graduand::cluster::testing_support
