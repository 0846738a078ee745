// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/cluster/journal/node_journal.h"
#include "framework/cluster/transitions/node_components.h"
#include "framework/cluster/transitions/transition_work.h"

namespace graduand::cluster {

// Kubelets of other versions on running nodes: the program is put beside /usr/bin/kubelet and renamed over it, flags
// that it does not know any more are taken out of kubeadm-flags.env (the old one is then kept beside it), and the
// kubelet is restarted. Containers go on running, but for static pods: those get other UIDs from a kubelet of another
// minor, and are replaced. Of one use.
class KubeletSwap {
 public:
  explicit KubeletSwap(TransitionWork& work);
  // Copies the program to the nodes; nothing is changed yet. kInfrastructure when it cannot be copied or is not what it
  // should be.
  Status prepare(const VersionSource& image, const std::vector<std::string>& nodes);
  // Installs, restarts, and waits until every node is Ready with the version, and its static pods run; kProduct with
  // the kubelet's last words when one ends again and again, or is not Ready within a minute and a half.
  Status install();
  // Puts back what install() changed, and waits for it. Harmless when nothing was. After an error the nodes' journals
  // have what is still to be put back.
  Status put_back();
  // Removes what put_back() would need: the kubelets stay as they are.
  Status forget();

 private:
  struct Node {
    std::string name;
    std::string version_before;
    std::optional<std::string> flags_before;  // of kubeadm-flags.env, when they change
    std::string flags_after;
    bool installed = false;
  };
  Status prepare_node(const VersionSource& image, Node& node) const;
  Status fit_flags(Node& node) const;
  Status install_node(Node& node);
  Status remove_copies() const;
  Status await_node(const std::string& node, const std::string& version) const;

  TransitionWork& work_;
  KubeadmComponents components_;
  NodeJournal journal_;
  std::string version_;
  std::vector<Node> nodes_;
};

// The transition swap-kubelet: the kubelet of request.version on request.node, or on every node. Nodes that have it
// already are left alone. Returns the facts as read back; kProduct when a kubelet does not come back, which is then put
// back as it was; kUsage when the API server does not allow for a kubelet of that version.
Result<catalogue::CellFacts> swap_kubelet(TransitionWork& work);

// What the node says of its kubelet, "v1.33.13".
Result<std::string> kubelet_version(kube::Client& client, const std::string& node);

// Pure: the flag that a program refused ("unknown flag: --x" gives "x"; empty when it is about something else), the
// arguments in a kubeadm-flags.env, and its text without one flag.
std::string unknown_flag(std::string_view said);
std::vector<std::string> arguments_in(std::string_view flags_env);
std::string without_flag(std::string_view flags_env, std::string_view flag);

}  // namespace graduand::cluster
