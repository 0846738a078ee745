// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <set>

#include "framework/base/files.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/kind/docker.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kQueryLimit = seconds(30);
constexpr milliseconds kImportLimit = seconds(300);
constexpr milliseconds kPullLimit = seconds(60);
constexpr milliseconds kResolveLimit = seconds(5);

using Names = std::set<std::string>;

// What one node still lacks, and why that is so, as far as it is known.
struct Lack {
  std::string node;
  std::map<std::string, std::string> reasons;
};

// Each node's part at once.
template <class Part>
void on_each(std::vector<Lack>& lacks, Part part) {
  std::vector<std::future<void>> running;
  for (Lack& lack : lacks)
    if (!lack.reasons.empty()) running.push_back(std::async(std::launch::async, [&part, &lack] { part(lack); }));
  for (auto& one : running) one.get();
}

void explain(Lack& lack, const Names& images, const std::string& reason) {
  for (auto& [image, why] : lack.reasons)
    if (images.count(image) != 0) why = reason;
}

Names lines_of(const std::string& text) {
  Names names;
  for (const std::string& line : split(text, '\n'))
    if (!line.empty()) names.insert(line);
  return names;
}

// A command on a node that has to succeed: nothing, or why it did not.
std::string trouble_on(NodeAccess& access, const std::string& node, const std::vector<std::string>& argv,
                       milliseconds limit, const CancelToken& cancel, std::string* output = nullptr,
                       bool* timed_out = nullptr) {
  auto result = access.run(node, argv, limit, {}, cancel);
  if (!result) return to_string(result.error());
  if (timed_out != nullptr) *timed_out = result->timed_out;
  if (output != nullptr) *output = result->stdout_text;
  if (result->ok()) return {};
  const std::string said = last_lines(result->stderr_text, 1);
  return describe_end(*result, limit) + (said.empty() ? "" : ": " + said);
}

// Takes from the lack what the node has by now.
void look_again(NodeAccess& access, Lack& lack, const CancelToken& cancel) {
  std::string text;
  const std::string trouble = trouble_on(access, lack.node, {"ctr", "--namespace", "k8s.io", "images", "ls", "--quiet"},
                                         kQueryLimit, cancel, &text);
  if (!trouble.empty()) {
    for (auto& [image, why] : lack.reasons) why = "the node does not say what images it has: " + trouble;
    return;
  }
  for (const std::string& image : lines_of(text)) lack.reasons.erase(image);
}

Names lacking(const std::vector<Lack>& lacks) {
  Names names;
  for (const Lack& lack : lacks)
    for (const auto& entry : lack.reasons) names.insert(entry.first);
  return names;
}

// Those of the images that the local Docker has. None when Docker does not answer: the nodes may still pull.
Names local_images(ProcessRunner& processes, const Names& wanted, const CancelToken& cancel) {
  const ProcessSpec spec{.argv = {"docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"},
                         .time_limit = kQueryLimit};
  const auto listed = run_checked(processes, spec, "asking Docker", ErrorKind::kInfrastructure, cancel);
  Names found;
  if (!listed) return found;
  for (const std::string& name : lines_of(*listed))
    if (const std::string full = full_image_name(name); wanted.count(full) != 0) found.insert(full);
  return found;
}

// Nothing is unpacked: whatever snapshotter a node uses, its first container does that. The archive is read by a shell
// here, so that it passes through no memory of ours and over no node's own file system.
Status import_into(ProcessRunner& processes, const std::string& node, const fs::path& archive,
                   const CancelToken& cancel) {
  constexpr const char* kScript =
      "exec docker exec --interactive \"$1\" ctr --namespace k8s.io images import --no-unpack - <\"$2\"";
  const ProcessSpec spec{.argv = {"sh", "-c", kScript, "sh", node, archive.string()}, .time_limit = kImportLimit};
  GRADUAND_TRY(run_checked(processes, spec, "importing it", ErrorKind::kInfrastructure, cancel));
  return {};
}

void import_local(ProcessRunner& processes, NodeAccess& access, std::vector<Lack>& lacks, const CancelToken& cancel) {
  const Names local = local_images(processes, lacking(lacks), cancel);
  if (local.empty()) return;
  const auto explain_all = [&](const std::string& reason) {
    for (Lack& lack : lacks) explain(lack, local, reason);
  };
  const auto folder = TempDir::create("images");
  if (!folder) return explain_all(to_string(folder.error()));
  const fs::path archive = folder->path() / "images.tar";
  ProcessSpec save{.argv = {"docker", "save", "--output", archive.string()}, .time_limit = kImportLimit};
  save.argv.insert(save.argv.end(), local.begin(), local.end());
  const auto saved = run_checked(processes, save, "saving it", ErrorKind::kInfrastructure, cancel);
  if (!saved) return explain_all("the local Docker has it, but: " + to_string(saved.error()));
  on_each(lacks, [&](Lack& lack) {
    const Status imported = import_into(processes, lack.node, archive, cancel);
    explain(lack, local, imported ? "it was imported, and the node does not list it" : to_string(imported.error()));
    look_again(access, lack, cancel);
  });
}

void pull_to(NodeAccess& access, Lack& lack, const CancelToken& cancel) {
  std::map<std::string, std::string> no_use;  // registries that cannot be asked, with the reason
  for (auto& [image, why] : lack.reasons) {
    if (!why.empty() || cancel.cancelled()) continue;
    const std::string registry = registry_of(image);
    if (no_use.count(registry) == 0) {
      const std::string host = registry.substr(0, registry.find(':'));
      const std::string name = host == "docker.io" ? "registry-1.docker.io" : host;
      if (!trouble_on(access, lack.node, {"getent", "hosts", name}, kResolveLimit, cancel).empty())
        no_use[registry] = "and the node cannot resolve " + name;
    }
    if (const auto found = no_use.find(registry); found != no_use.end()) {
      why = "the local Docker does not have it, " + found->second;
      continue;
    }
    bool timed_out = false;
    const std::string trouble = trouble_on(access, lack.node, {"ctr", "--namespace", "k8s.io", "images", "pull", image},
                                           kPullLimit, cancel, nullptr, &timed_out);
    why = trouble.empty() ? "it was pulled, and the node does not list it"
                          : "the local Docker does not have it, and pulling it failed: " + trouble;
    if (timed_out) no_use[registry] = "and " + registry + " let an earlier pull run into its limit";
  }
  look_again(access, lack, cancel);
}

std::map<std::string, std::string> all_lack(const std::vector<std::string>& images, const std::string& reason) {
  std::map<std::string, std::string> reasons;
  for (const std::string& image : images) reasons[image] = fmt::format("image {}: {}", image, reason);
  return reasons;
}

}  // namespace

std::string full_image_name(std::string_view image) {
  std::string name(image);
  const std::size_t slash = name.find('/');
  const std::string first = name.substr(0, slash == std::string::npos ? 0 : slash);
  // As Docker tells a registry from a user's name.
  const bool has_registry = first == "localhost" || first.find_first_of(".:") != std::string::npos;
  if (!has_registry) name = (slash == std::string::npos ? "docker.io/library/" : "docker.io/") + name;
  const std::size_t last = name.rfind('/');
  if (name.find('@') == std::string::npos && name.find(':', last) == std::string::npos) name += ":latest";
  return name;
}

std::string registry_of(std::string_view full_name) {
  return std::string(full_name.substr(0, full_name.find('/')));
}

std::map<std::string, std::string> provide_kind_images(ProcessRunner& processes, NodeAccess& access,
                                                       const std::string& cluster,
                                                       const std::vector<std::string>& images,
                                                       const CancelToken& cancel) {
  if (images.empty()) return {};
  const auto nodes = kind_nodes(processes, cluster, cancel);
  if (!nodes) return all_lack(images, to_string(nodes.error()));
  std::vector<Lack> lacks;
  for (const ContainerState& node : *nodes) {
    if (!is_node(node)) continue;
    Lack lack{node.name, {}};
    for (const std::string& image : images) lack.reasons[full_image_name(image)];
    lacks.push_back(std::move(lack));
  }
  if (lacks.empty()) return all_lack(images, "cluster " + cluster + " has no nodes");
  on_each(lacks, [&](Lack& lack) { look_again(access, lack, cancel); });
  if (!lacking(lacks).empty()) import_local(processes, access, lacks, cancel);
  on_each(lacks, [&](Lack& lack) { pull_to(access, lack, cancel); });

  std::map<std::string, std::string> reasons;
  for (const std::string& image : images) {
    for (const Lack& lack : lacks) {
      const auto found = lack.reasons.find(full_image_name(image));
      if (found == lack.reasons.end()) continue;
      reasons[image] = fmt::format(
          "node {} lacks the image {}: {}; put it into the local Docker (docker pull, docker load), from which nodes "
          "get it",
          lack.node, image, cancel.cancelled() ? "cancelled" : found->second);
      break;
    }
  }
  return reasons;
}

}  // namespace graduand::cluster
