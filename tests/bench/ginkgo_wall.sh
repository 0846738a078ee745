#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What graduand costs over Ginkgo's own runner: the same quick specs of the same e2e.test on the same cluster, by
#   ginkgo    ginkgo run -p --procs PROCS
#   shared    graduand run --procs PROCS --share-processes
#   isolated  graduand run --procs PROCS, a process for each attempt
# in turns, each round beginning with the next of them, so that neither a slow spell of the machine nor what a
# predecessor left behind strikes always the same. Prints wall times of the whole commands, ratios to ginkgo's, medians,
# and what isolation costs per attempt. The specs of ginkgo_wall.txt (Conformance of v1.34) talk to the API only: no image
# is needed. Ginkgo runs all of them once, which warms the cluster up, and the 50 that passed the quickest are taken.
#
#   tests/bench/ginkgo_wall.sh [ROUNDS] [PROCS] [VERSION]      default: 3 rounds, 4 at once, v1.34.3
#
# It makes a cluster of its own; GRADUAND_BENCH_KUBECONFIG names one to be used instead. e2e.test comes from
# scripts/node-image VERSION --with-e2e.

set -euo pipefail

rounds=${1:-3}
procs=${2:-4}
version=${3:-v1.34.3}
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$bench/../.."
graduand=${GRADUAND:-build/release/bin/graduand}
cache=${GRADUAND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/graduand}
PATH="$cache/bin:$PATH"
binary="$cache/e2e/$version/e2e.test"
[[ -x $binary ]] || { echo "no $binary: run scripts/node-image $version --with-e2e" >&2; exit 1; }
folder=$(mktemp -d)
cluster=

clean() {
  [[ -z $cluster ]] || "$graduand" cluster delete "$cluster" >/dev/null || true
  rm -rf "$folder"
}
trap clean EXIT

# The ginkgo command of the version that e2e.test was built with, kept in the cache.
minor=${version#v}
minor=${minor%.*}
wanted=$(sed -n 's/.*github.com\/onsi\/ginkgo\/v2 \(v[0-9.]*\).*/\1/p' "scripts/node-image.d/e2e-$minor/go.mod")
if [[ "$(ginkgo version 2>/dev/null)" != "Ginkgo Version ${wanted#v}" ]]; then
  GOBIN="$cache/bin" CGO_ENABLED=0 go install -trimpath -ldflags '-s -w' "github.com/onsi/ginkgo/v2/ginkgo@$wanted"
fi

kubeconfig=${GRADUAND_BENCH_KUBECONFIG:-}
if [[ -z $kubeconfig ]]; then
  sed "s/^kubernetes: .*/kubernetes: $version/" kind-configs/smoke.yaml >"$folder/cluster.yaml"
  cluster=$("$graduand" cluster create --profile "$folder/cluster.yaml" 2>"$folder/create.log") ||
    { cat "$folder/create.log" >&2; exit 1; }
  kubeconfig="$folder/kubeconfig"
  "$graduand" cluster kubeconfig "$cluster" >"$kubeconfig"
fi
printf 'name: bench\nkubernetes: %s\nprovider: existing\nkubeconfig: %s\n' "$version" "$kubeconfig" >"$folder/existing.yaml"

# Specs by their whole names; a focus sees the suite's description before them.
run_ginkgo() { # FILE
  local focus
  # shellcheck disable=SC2016 # characters of a regular expression
  mapfile -t focus < <(sed 's/[][\\.*^$()+?{}|]/\\&/g; s/^/--focus=^Kubernetes e2e suite /; s/$/$/' "$1")
  rm -f "$folder/report.json"
  ginkgo run -p --procs "$procs" --no-color --json-report=report.json --output-dir="$folder" "${focus[@]}" "$binary" -- \
    --provider=skeleton --kubeconfig="$kubeconfig"
}
passed_specs() { # names and seconds, from Ginkgo's report
  jq -r '.[].SpecReports[] | select(.LeafNodeType == "It" and .State == "passed")
    | [.RunTime / 1e9, ((.ContainerHierarchyTexts // []) + [.LeafNodeText] | join(" "))] | @tsv' "$folder/report.json"
}
run_ginkgo "$bench/ginkgo_wall.txt" >"$folder/out" 2>&1 || echo "not every candidate passed: those that did not are left out" >&2
passed_specs | sort -n | sed -n 1,50p | tee "$folder/durations" | cut -f2 | sort >"$folder/names"
count=$(wc -l <"$folder/names")
[[ $count -eq 50 ]] || { tail -n 60 "$folder/out" >&2; echo "only $count specs passed" >&2; exit 1; }

# The same by graduand's ids.
"$graduand" suites list --suite kubernetes-e2e --all-specs --json >"$folder/suites.json"
mapfile -t ids < <(jq -r --rawfile names "$folder/names" \
  '($names | split("\n")) as $n | [.cases[] | select(.name | IN($n[])) | .id] | unique[]' "$folder/suites.json")
[[ ${#ids[@]} -eq $count ]] || { echo "graduand lists ${#ids[@]} of the $count specs" >&2; exit 1; }
cases=()
for id in "${ids[@]}"; do cases+=(--case "$id"); done

measure_ginkgo() {
  run_ginkgo "$folder/names"
  passed_specs | wc -l >"$folder/passed"
}
run_graduand() {
  rm -rf "$folder/run"
  "$graduand" run --profile "$folder/existing.yaml" --suite kubernetes-e2e --all-specs "${cases[@]}" --procs "$procs" \
    --no-history --output "$folder/run" "$@"
  jq -s 'map(select(.type == "attempt" and .outcome == "passed")) | length' "$folder/run/attempts.jsonl" >"$folder/passed"
}
measure_shared() { run_graduand --share-processes; }
measure_isolated() { run_graduand; }

timed() { # NAME: wall time in seconds, appended to its file
  local begin=$EPOCHREALTIME seconds
  "measure_$1" >"$folder/out" 2>&1 || { tail -n 60 "$folder/out" >&2; echo "$1 failed" >&2; exit 1; }
  seconds=$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }')
  [[ $(cat "$folder/passed") -eq $count ]] || { echo "$1: $(cat "$folder/passed") of $count passed" >&2; exit 1; }
  echo "$seconds" >>"$folder/$1"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
row() { # LABEL GINKGO SHARED ISOLATED
  awk -v l="$1" -v g="$2" -v s="$3" -v i="$4" \
    'BEGIN { printf "%-7s %9.2f %9.2f %7.2f %11.2f %7.2f\n", l, g, s, s / g, i, i / g }'
}

sum=$(awk '{ s += $1 } END { print s }' "$folder/durations")
printf '%d specs of e2e.test %s, %.2f s in all, %d at once\n' "$count" "$version" "$sum" "$procs"
printf '%-7s %9s %9s %7s %11s %7s\n' round ginkgo_s shared_s ratio isolated_s ratio
order=(ginkgo shared isolated)
for ((round = 1; round <= rounds; round++)); do
  for name in "${order[@]}"; do timed "$name"; done
  order=("${order[@]:1}" "${order[0]}")
  row "$round" "$(tail -n 1 "$folder/ginkgo")" "$(tail -n 1 "$folder/shared")" "$(tail -n 1 "$folder/isolated")"
done
ginkgo=$(median <"$folder/ginkgo")
shared=$(median <"$folder/shared")
isolated=$(median <"$folder/isolated")
row median "$ginkgo" "$shared" "$isolated"
awk -v i="$isolated" -v s="$shared" -v p="$procs" -v n="$count" \
  'BEGIN { printf "isolation costs %.2f s of a process per attempt\n", (i - s) * p / n }'
