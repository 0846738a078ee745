#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Brings up the cluster that the client's tests use, or deletes it.
#
#   tests/kube_real/cluster.sh up|down BUILD_FOLDER

set -euo pipefail

folder=$2/kube_real
graduand=$2/bin/graduand
export XDG_DATA_HOME=$folder/data

case "$1" in
  up)
    mkdir -p "$folder"
    profile=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../kind-configs" && pwd)/default-v1.34.yaml
    "$graduand" cluster create --profile "$profile" >"$folder/name"
    "$graduand" cluster kubeconfig "$(<"$folder/name")" >"$folder/kubeconfig"
    ;;
  down) "$graduand" cluster delete "$(<"$folder/name")" ;;
  *) exit 2 ;;
esac
