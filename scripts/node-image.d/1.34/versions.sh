# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the node image of this minor version is made from, beside go.mod.
KUBERNETES_VERSION=v1.34.3
ETCD_VERSION=v3.6.6
ETCDCTL_VERSION=v3.6.6
COREDNS_VERSION=v1.12.3
