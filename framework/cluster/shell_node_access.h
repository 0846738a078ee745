// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/cluster/node_access.h"

namespace graduand::cluster {

// Files and keys by commands of the node's shell, for whoever can run a command there and copy files: those are
// theirs. Contents go over standard input and output, never in arguments, which other processes can see.
class ShellNodeAccess : public NodeAccess {
 public:
  Result<std::string> read_file(const std::string& node, const std::string& path) override;
  Status write_file(const std::string& node, const std::string& path, std::string_view content,
                    const std::string& staging) override;
  Status copy_file(const std::string& node, const std::string& from, const std::string& to) override;
  Status remove_file(const std::string& node, const std::string& path) override;
  Result<std::vector<std::string>> list_folder(const std::string& node, const std::string& path) override;
  Result<std::optional<std::string>> read_etcd_key(const std::string& node, const std::string& key) override;
  Status write_etcd_key(const std::string& node, const std::string& key,
                        const std::optional<std::string>& value) override;
};

}  // namespace graduand::cluster
