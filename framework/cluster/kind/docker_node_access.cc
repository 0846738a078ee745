// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/docker_node_access.h"

#include <fmt/format.h>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/shell_node_access.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kCopyLimit = seconds(300);

class DockerNodeAccess final : public ShellNodeAccess {
 public:
  explicit DockerNodeAccess(ProcessRunner& processes) : processes_(processes) {}

  Result<ProcessResult> run(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                            const std::string& stdin_data, const CancelToken& cancel) override {
    ProcessSpec spec = exec_of(node, argv, limit, !stdin_data.empty());
    spec.stdin_data = stdin_data;
    return run_on(node, spec, cancel);
  }

  Result<ProcessResult> run_and_tell(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                                     const std::function<void(std::string_view)>& on_line,
                                     const CancelToken& cancel) override {
    ProcessSpec spec = exec_of(node, argv, limit, false);
    spec.on_stdout_line = on_line;
    return run_on(node, spec, cancel);
  }

  Status copy_to(const std::string& node, const std::filesystem::path& local, const std::string& path) override {
    const ProcessSpec spec{.argv = {"docker", "cp", local.string(), node + ":" + path}, .time_limit = kCopyLimit};
    GRADUAND_TRY(run_checked(processes_, spec, fmt::format("copying {} to {}:{}", local.string(), node, path)));
    return {};
  }

  Status copy_from(const std::string& node, const std::string& path, const std::filesystem::path& local,
                   milliseconds limit, const CancelToken& cancel) override {
    const ProcessSpec spec{.argv = {"docker", "cp", node + ":" + path, local.string()}, .time_limit = limit};
    GRADUAND_TRY(run_checked(processes_, spec, fmt::format("copying {}:{} to {}", node, path, local.string()),
                             ErrorKind::kInfrastructure, cancel));
    return {};
  }

 private:
  static ProcessSpec exec_of(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                             bool with_stdin) {
    ProcessSpec spec;
    spec.argv = {"docker", "exec"};
    if (with_stdin) spec.argv.emplace_back("--interactive");
    spec.argv.push_back(node);
    spec.argv.insert(spec.argv.end(), argv.begin(), argv.end());
    spec.time_limit = limit;
    return spec;
  }

  Result<ProcessResult> run_on(const std::string& node, const ProcessSpec& spec, const CancelToken& cancel) {
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

  ProcessRunner& processes_;
};

}  // namespace

std::unique_ptr<NodeAccess> docker_node_access(ProcessRunner& processes) {
  return std::make_unique<DockerNodeAccess>(processes);
}

}  // namespace graduand::cluster
