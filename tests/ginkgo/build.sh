#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Ginkgo suite of the driver's fault tests.
#
#   tests/ginkgo/build.sh OUT_DIR
#
# OUT_DIR/ginkgo_faults.test is what `go test -c` makes of this folder, as Kubernetes makes its e2e.test.

set -euo pipefail

out=${1:?usage: tests/ginkgo/build.sh OUT_DIR}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
CGO_ENABLED=0 go test -c -buildvcs=false -trimpath -ldflags '-s -w' -o "$out/ginkgo_faults.test" .
# The linker leaves an unchanged program's time as it was: a build would otherwise come here every time.
touch "$out/ginkgo_faults.test"
