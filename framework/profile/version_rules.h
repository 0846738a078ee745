// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "framework/catalogue/cell.h"

namespace graduand::profile {

// What Kubernetes allows versions to be, against each other and to gates. All are pure; an error is kUsage.

// A kubelet (kube-proxy likewise) may be up to three minors older than the API server, never of a newer minor. `what`
// begins the message: "a worker", "the kubelet". Source: Kubernetes' version skew policy.
Status check_kubelet_skew(const std::string& what, const catalogue::KubeVersion& kubelet,
                          const catalogue::KubeVersion& server);
// One minor up, or a newer patch: what kubeadm takes, and what keeps controller manager and scheduler within the one
// minor that they may be older than the API server while the components are replaced one after the other.
Status check_upgrade(const catalogue::KubeVersion& from, const catalogue::KubeVersion& to);
// One minor down, or an older patch: the same window, the other way round. Nothing that kubeadm or Kubernetes supports.
Status check_downgrade(const catalogue::KubeVersion& from, const catalogue::KubeVersion& to);
// --emulated-version reaches three minors back, and not before 1.31. Source: KEP-4330.
Status check_emulated(const catalogue::KubeVersion& server, const std::optional<catalogue::KubeVersion>& emulated);
// Whether a component of this version would start with the gates: each known there, and not locked to the other value.
Status check_gates(const catalogue::GateMap& gates, const std::string& component,
                   const catalogue::KubeVersion& version);

}  // namespace graduand::profile
