// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/docker_node_access.h"

#include <fmt/format.h>

#include "framework/base/random.h"
#include "framework/base/run_checked.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kFileLimit = seconds(30);
constexpr milliseconds kCopyLimit = seconds(300);
// What the helper scripts below exit with when the file is not there; no program used in them does so.
constexpr int kAbsent = 44;

class DockerNodeAccess final : public NodeAccess {
 public:
  explicit DockerNodeAccess(ProcessRunner& processes) : processes_(processes) {}

  Result<ProcessResult> run(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                            const std::string& stdin_data, const CancelToken& cancel) override {
    ProcessSpec spec;
    spec.argv = {"docker", "exec"};
    if (!stdin_data.empty()) spec.argv.emplace_back("--interactive");
    spec.argv.push_back(node);
    spec.argv.insert(spec.argv.end(), argv.begin(), argv.end());
    spec.stdin_data = stdin_data;
    spec.time_limit = limit;
    auto result = processes_.run(spec, cancel);
    if (!result) return fail(ErrorKind::kInfrastructure, result.error().message, node, result.error().hint);
    // docker's own troubles look like a command that exited 1; its words tell them apart.
    const std::string& said = result->stderr_text;
    for (const char* trouble :
         {"Error: No such container", "Error response from daemon", "Cannot connect to the Docker"}) {
      if (result->exit_code == 0 || said.find(trouble) == std::string::npos) continue;
      return fail(ErrorKind::kInfrastructure, "the node cannot be reached: " + last_lines(said, 1), node);
    }
    return result;
  }

  Result<std::string> read_file(const std::string& node, const std::string& path) override {
    const std::vector<std::string> argv = {
        "sh", "-c", fmt::format("test -e \"$1\" || exit {}; exec cat \"$1\"", kAbsent), "sh", path};
    GRADUAND_TRY_ASSIGN(ProcessResult result, run(node, argv, kFileLimit, {}, {}));
    if (result.exit_code == kAbsent && result.signal == 0)
      return fail(ErrorKind::kNotFound, "no such file: " + path, node);
    if (!result.ok()) return failed(result, "reading " + path, node);
    return std::move(result.stdout_text);
  }

  Status write_file(const std::string& node, const std::string& path, std::string_view content,
                    const std::string& staging) override {
    // The mode is kept when the file is there: manifests and keys are 0600.
    constexpr const char* kScript =
        "set -e; mkdir -p \"$2\" \"$(dirname \"$1\")\"; cat >\"$3\"; "
        "if test -e \"$1\"; then chmod --reference=\"$1\" \"$3\"; fi; mv -f \"$3\" \"$1\"";
    const std::string base = path.substr(path.rfind('/') + 1);
    const std::string aside = fmt::format("{}/{}.tmp-{}", staging, base, Random(random_seed()).name_suffix(6));
    GRADUAND_TRY_ASSIGN(const ProcessResult result, run(node, {"sh", "-c", kScript, "sh", path, staging, aside},
                                                        kFileLimit, std::string(content), {}));
    if (!result.ok()) return failed(result, "writing " + path, node);
    return {};
  }

  Status copy_to(const std::string& node, const std::filesystem::path& local, const std::string& path) override {
    const ProcessSpec spec{.argv = {"docker", "cp", local.string(), node + ":" + path}, .time_limit = kCopyLimit};
    GRADUAND_TRY(run_checked(processes_, spec, fmt::format("copying {} to {}:{}", local.string(), node, path)));
    return {};
  }

 private:
  static tl::unexpected<Error> failed(const ProcessResult& result, const std::string& doing, const std::string& node) {
    return fail(ErrorKind::kInfrastructure,
                fmt::format("{}: {}: {}", doing, describe_end(result), last_lines(result.stderr_text, 1)), node);
  }

  ProcessRunner& processes_;
};

}  // namespace

std::unique_ptr<NodeAccess> docker_node_access(ProcessRunner& processes) {
  return std::make_unique<DockerNodeAccess>(processes);
}

}  // namespace graduand::cluster
