#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Ginkgo suites of the driver's tests, and the ginkgo command that they are compared with.
#
#   tests/ginkgo/build.sh OUT_DIR
#
# OUT_DIR/ginkgo_faults.test is what `go test -c` makes of this folder, as Kubernetes makes its e2e.test;
# ginkgo_kinds.test and ginkgo_focused.test are those of the folders of these names.

set -euo pipefail

out=${1:?usage: tests/ginkgo/build.sh OUT_DIR}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
build=(-buildvcs=false -trimpath -ldflags '-s -w')
export CGO_ENABLED=0
go test -c "${build[@]}" -o "$out/ginkgo_faults.test" .
go test -c "${build[@]}" -o "$out/ginkgo_kinds.test" ./kinds
go test -c "${build[@]}" -o "$out/ginkgo_focused.test" ./focused
go build "${build[@]}" -o "$out/ginkgo" github.com/onsi/ginkgo/v2/ginkgo
# The linker leaves an unchanged program's time as it was: a build would otherwise come here every time.
touch "$out"/ginkgo*
