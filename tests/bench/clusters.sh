#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Wall time of the main job with two clusters up at once against one after the other, and their ratio.
#
#   tests/bench/clusters.sh [ROUNDS]      default: 1; needs a release build, Docker and the node images
#
# Both are taken in turns, so that a host that is slower for a while is so for both.

set -euo pipefail

rounds=${1:-1}
[[ $rounds =~ ^[0-9]+$ ]] || { sed -n '3,7s/^# \{0,1\}//p' "$0"; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$(scripts/setup --print-path):$PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
declare -A total=([1]=0 [2]=0)

printf '%-6s  %-8s  %8s\n' round clusters seconds
for ((round = 1; round <= rounds; ++round)); do
  for clusters in 1 2; do
    started=$(date +%s.%N)
    build/release/bin/graduand run --suite pod-lifecycle-sleep-action --profile kind-configs/sleep-action-v1.33.yaml \
      --profile kind-configs/default-v1.34.yaml --procs 12 --clusters "$clusters" --no-history \
      --output "$folder/$round-$clusters" >"$folder/log" 2>&1 || { tail -20 "$folder/log"; exit 1; }
    took=$(awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
    total[$clusters]=$(awk -v a="${total[$clusters]}" -v b="$took" 'BEGIN { print a + b }')
    printf '%-6s  %-8s  %8s\n' "$round" "$clusters" "$took"
  done
done
awk -v one="${total[1]}" -v two="${total[2]}" 'BEGIN { printf "two against one: %.2f\n", two / one }'
