// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/process.h"

namespace graduand::cluster {

// Commands and files on a cluster's nodes. Thread-safe. Errors are kInfrastructure when the node cannot be reached.
class NodeAccess {
 public:
  virtual ~NodeAccess() = default;
  // Runs a command on a node as root; the node's exit code is in the result.
  virtual Result<ProcessResult> run(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                                    const std::string& stdin_data = {}, const CancelToken& cancel = {}) = 0;
  // kNotFound when the file does not exist there.
  virtual Result<std::string> read_file(const std::string& node, const std::string& path) = 0;
  // Writes `path`.tmp-XXXX in `staging` (a folder on the same file system, outside any watched folder) and renames.
  virtual Status write_file(const std::string& node, const std::string& path, std::string_view content,
                            const std::string& staging) = 0;
  virtual Status copy_to(const std::string& node, const std::filesystem::path& local, const std::string& path) = 0;
};

}  // namespace graduand::cluster
