// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "framework/catalogue/cell.h"

namespace graduand::cluster {

// The ClusterConfiguration that kubeadm keeps in the config map kube-system/kubeadm-config, and writes the static pods'
// manifests from: with each component's feature gates (kube-apiserver, kube-controller-manager, kube-scheduler) as
// given. The text as it was when they are so already. Pure; kUsage when the text is no configuration.
Result<std::string> cluster_configuration_with_gates(const std::string& text,
                                                     const std::map<std::string, catalogue::GateMap>& gates);
// With another kubernetesVersion, else as it was to the byte. Pure.
std::string cluster_configuration_with_version(const std::string& text, const std::string& version);

}  // namespace graduand::cluster
