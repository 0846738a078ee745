// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

#include "framework/base/error.h"

namespace graduand::cluster {

// What runs on a node and reads the files that are changed there. Calls for different nodes may come from several
// threads at the same time.
class NodeComponents {
 public:
  virtual ~NodeComponents() = default;
  // The manifest of a static pod in its place, or none there; returns when the node's kubelet can see it, not when the
  // pod is there. kInfrastructure when the node cannot be reached.
  virtual Status put_static_pod(const std::string& node, const std::string& component,
                                const std::optional<std::string>& manifest) = 0;
  // systemd's own files are read anew, and the unit restarted. kProduct when systemd cannot start it.
  virtual Status restart_unit(const std::string& node, const std::string& unit) = 0;
  // Waits until the static pods and units run with what is on the node now, and are ready. kProduct with the last words
  // of what does not become so.
  virtual Status wait_until_ready(const std::string& node, const std::set<std::string>& static_pods,
                                  const std::set<std::string>& units) = 0;
};

}  // namespace graduand::cluster
