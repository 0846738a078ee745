# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the node image of this minor version is made from, beside go.mod.
KUBERNETES_VERSION=v1.33.13
ETCD_VERSION=v3.5.24
# With etcdutl. etcdctl v3.5.24 needs a module whose checksum is not to be had; a newer one speaks to an older server.
ETCDCTL_VERSION=v3.6.6
COREDNS_VERSION=v1.12.3
