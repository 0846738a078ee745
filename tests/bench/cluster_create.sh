#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `graduand cluster create` costs against a plain script: kind create cluster with the same configuration, the same
# pod network, kubectl to wait. Both from nothing until all nodes are Ready and CoreDNS is available; graduand has also
# read back the effective gates by then. They take turns, so that a slow spell of the machine strikes both.
#
#   tests/bench/cluster_create.sh [PAIRS] [PROFILE] [CELL]     default: 3 pairs of sleep-action-v1.33, cell "on"

set -euo pipefail

pairs=${1:-3}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
profile=${2:-kind-configs/sleep-action-v1.33.yaml}
cell=${3:-on}
graduand=${GRADUAND:-build/release/bin/graduand}
PATH="${GRADUAND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/graduand}/bin:$PATH"
folder=$(mktemp -d)
plain=plain-$$
# Its own registry of clusters, so that nothing of the user's is touched.
export XDG_DATA_HOME="$folder/data"

clean() {
  kind delete cluster --quiet --name "$plain" --kubeconfig "$folder/kubeconfig" || true
  "$graduand" cluster list --json 2>/dev/null | jq -r '.clusters[].name' | xargs -r "$graduand" cluster delete || true
  rm -rf "$folder"
}
trap clean EXIT

k() { kubectl --kubeconfig "$folder/kubeconfig" "$@"; }

join_node() { # NAME POD_CIDR
  docker exec -i "$1" sh -c 'cat >/etc/cni/net.d/.plain && mv /etc/cni/net.d/.plain /etc/cni/net.d/10-plain.conflist' <<JSON
{"cniVersion": "0.4.0", "name": "plain", "plugins": [
  {"type": "ptp", "ipMasq": true, "mtu": $(docker exec "$1" cat /sys/class/net/eth0/mtu),
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$2"}]], "dataDir": "/run/cni-ipam-state",
            "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
}

join_network() {
  local nodes name cidr other other_cidr other_address
  until nodes=$(k get nodes -o json | jq -er '.items | if all(.spec.podCIDR) then .[] else empty end
      | [.metadata.name, .spec.podCIDR, (.status.addresses[] | select(.type == "InternalIP").address)] | @tsv'); do
    sleep 0.2
  done
  while read -r name cidr _ <&3; do
    join_node "$name" "$cidr"
    while read -r other other_cidr other_address <&4; do
      if [[ $name != "$other" ]]; then docker exec "$name" ip route replace "$other_cidr" via "$other_address"; fi
    done 4<<<"$nodes"
  done 3<<<"$nodes"
}

create_plain() { # KIND_CONFIG
  kind create cluster --quiet --name "$plain" --config "$1" --kubeconfig "$folder/kubeconfig"
  if grep -q 'disableDefaultCNI: true' "$1"; then join_network; fi
  k wait --for=condition=Ready nodes --all --timeout=180s >/dev/null
  k -n kube-system rollout status deployment/coredns --timeout=180s >/dev/null
}

timed() { # COMMAND...: its wall time in seconds
  local begin=$EPOCHREALTIME
  "$@" >"$folder/out" 2>"$folder/err" || { cat "$folder/err" >&2; exit 1; }
  awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f\n", b - a }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

if [[ $(docker info --format '{{.Driver}}') == fuse-overlayfs ]]; then
  export KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER=overlayfs
fi
printf '%-6s %11s %9s %7s\n' pair graduand_s plain_s ratio
for ((i = 1; i <= pairs; i++)); do
  ours=$(timed "$graduand" cluster create --profile "$profile" --cell "$cell")
  name=$(cat "$folder/out")
  # kind.yaml of the cluster just made; the name in it gives way to --name.
  cp "$(find "$XDG_DATA_HOME" -name kind.yaml | head -n 1)" "$folder/kind.yaml"
  "$graduand" cluster delete "$name" >/dev/null
  find "$XDG_DATA_HOME" -name kind.yaml -delete
  theirs=$(timed create_plain "$folder/kind.yaml")
  kind delete cluster --quiet --name "$plain" --kubeconfig "$folder/kubeconfig"
  echo "$ours" >>"$folder/ours"
  echo "$theirs" >>"$folder/theirs"
  awk -v i="$i" -v a="$ours" -v b="$theirs" 'BEGIN { printf "%-6s %11.2f %9.2f %7.2f\n", i, a, b, a / b }'
done
awk -v a="$(median <"$folder/ours")" -v b="$(median <"$folder/theirs")" \
  'BEGIN { printf "%-6s %11.2f %9.2f %7.2f\n", "median", a, b, a / b }'
