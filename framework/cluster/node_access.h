// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/processes/process.h"

namespace graduand::cluster {

// Commands, files and etcd's keys on a cluster's nodes. Thread-safe. Errors are kInfrastructure when the node cannot be
// reached. What changes a file is whole on disk when it returns, and never half there: what was there before, or what
// is there afterwards.
class NodeAccess {
 public:
  virtual ~NodeAccess() = default;
  // Runs a command on a node as root; the node's exit code is in the result.
  virtual Result<ProcessResult> run(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                                    const std::string& stdin_data = {}, const CancelToken& cancel = {}) = 0;
  // The same, and each complete line of its standard output is told as it comes.
  virtual Result<ProcessResult> run_and_tell(const std::string& node, const std::vector<std::string>& argv,
                                             milliseconds limit, const std::function<void(std::string_view)>& on_line,
                                             const CancelToken& cancel = {}) = 0;
  // kNotFound when the file does not exist there.
  virtual Result<std::string> read_file(const std::string& node, const std::string& path) = 0;
  // Writes a hidden file in `staging` (a folder on the same file system, outside any watched folder) and renames. The
  // mode of a file that is there stays; a new one is 0600.
  virtual Status write_file(const std::string& node, const std::string& path, std::string_view content,
                            const std::string& staging) = 0;
  // A copy on the node itself, with mode, owner and times; a link is copied as a link. Folders on the way are made, and
  // what is at `to` is replaced. kNotFound when there is nothing at `from`.
  virtual Status copy_file(const std::string& node, const std::string& from, const std::string& to) = 0;
  // No error when there is none.
  virtual Status remove_file(const std::string& node, const std::string& path) = 0;
  // Names in the folder, sorted, hidden ones left out; none when there is no such folder.
  virtual Result<std::vector<std::string>> list_folder(const std::string& node, const std::string& path) = 0;
  virtual Status copy_to(const std::string& node, const std::filesystem::path& local, const std::string& path) = 0;
  // To this host, for files of any size. What a failure leaves at `local` is the caller's to remove.
  virtual Status copy_from(const std::string& node, const std::string& path, const std::filesystem::path& local,
                           milliseconds limit, const CancelToken& cancel = {}) = 0;
  // A key of the etcd that runs on the node, as its bytes; nullopt when there is no such key. kNotFound when no etcd
  // runs there.
  virtual Result<std::optional<std::string>> read_etcd_key(const std::string& node, const std::string& key) = 0;
  // nullopt deletes it. The key has no lease afterwards.
  virtual Status write_etcd_key(const std::string& node, const std::string& key,
                                const std::optional<std::string>& value) = 0;
};

}  // namespace graduand::cluster
