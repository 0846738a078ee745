#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How well the sleep-action suite fills the time of its longest case: one cluster, serial and disruptive cases apart.
# Prints, per repetition, the wall time from the first attempt's start to the last one's end, the longest attempt, and
# their ratio.
#
#   tests/bench/suite_wall.sh [REPETITIONS] [PROCS]      default: 3 repetitions, 16 at once

set -euo pipefail

repetitions=${1:-3}
procs=${2:-16}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
graduand=${GRADUAND:-build/release/bin/graduand}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

printf '%-4s %9s %10s %12s %8s  %s\n' run attempts wall_s longest_s ratio longest
for ((i = 1; i <= repetitions; i++)); do
  "$graduand" run --profile kind-configs/sleep-action-v1.33.yaml --cell on --procs "$procs" --no-history \
    --label-filter 'FeatureGate:PodLifecycleSleepAction && !Serial' --output "$folder/$i" >"$folder/$i.log" 2>&1 ||
    { cat "$folder/$i.log" >&2; exit 1; }
  jq -rs --argjson i "$i" '
    def time: sub("\\.[0-9]+"; "") | fromdateiso8601;
    def fraction: (capture("\\.(?<f>[0-9]+)").f // "0") | ("0." + .) | tonumber;
    map(select(.type == "attempt" and .outcome != "skipped"))
    | map(. + {begin: ((.started | time) + ([.started | fraction] | add // 0))} | . + {end: (.begin + .took_s)}) as $a
    | (($a | map(.end) | max) - ($a | map(.begin) | min)) as $wall
    | ($a | max_by(.took_s)) as $longest
    | [$i, ($a | length), $wall, $longest.took_s, ($wall / $longest.took_s), $longest.case_id] | @tsv' \
    "$folder/$i/attempts.jsonl" |
    while IFS=$'\t' read -r n attempts wall longest ratio name; do
      printf '%-4s %9s %10.2f %12.2f %8.2f  %s\n' "$n" "$attempts" "$wall" "$longest" "$ratio" "$name"
    done
done
