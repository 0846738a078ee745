# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the node image of this minor version is made from, beside go.mod.
KUBERNETES_VERSION=v1.36.3
ETCD_VERSION=v3.6.6
ETCDCTL_VERSION=v3.6.6
COREDNS_VERSION=v1.12.3
# The kubelet wants containerd 2 from 1.36 on; Debian has 1.6.
CONTAINERD_VERSION=v2.4.2
