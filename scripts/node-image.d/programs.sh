# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The programs in a node image: Kubernetes, etcd, CoreDNS and, where a version asks for it, containerd.
# Sourced by scripts/node-image.

# The flags that make the programs answer with their version, as a release build does.
version_flags() {
  local information package time
  information="$(go env GOMODCACHE)/cache/download/k8s.io/kubernetes/@v/$VERSION.info"
  time=$(jq -r .Time "$information")
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- '-X %s.%s ' "$package" "gitVersion=$VERSION" "$package" gitMajor=1 "$package" "gitMinor=${MINOR#1.}" \
      "$package" gitTreeState=clean "$package" gitCommit=unknown "$package" "buildDate=$time"
  done
}

make_kubernetes() {
  local packages=("${COMPONENTS[@]/#/k8s.io/kubernetes/cmd/}")
  cd "$DEFINITION" || return
  go mod download k8s.io/kubernetes
  CGO_ENABLED=0 nice -n 10 go build -buildvcs=false -trimpath -ldflags "-s -w $(version_flags)" -o "$1/" "${packages[@]}"
}

# build_program FILE DEFINITION PACKAGE: from a go.mod of ours, for a release that `go install` refuses.
build_program() {
  cd "$DATA/$2" || return
  CGO_ENABLED=0 nice -n 10 go build -buildvcs=false -trimpath -ldflags '-s -w' -o "$1" "$3"
}

# install_program DIRECTORY PACKAGE@VERSION
install_program() { GOBIN="$1" CGO_ENABLED=0 nice -n 10 go install -trimpath -ldflags '-s -w' "$2"; }

make_others() {
  local program
  build_program "$1/etcd" "etcd-$ETCD_VERSION" go.etcd.io/etcd/server/v3
  build_program "$1/etcdctl" "etcdctl-$ETCDCTL_VERSION" go.etcd.io/etcd/etcdctl/v3
  build_program "$1/etcdutl" "etcdctl-$ETCDCTL_VERSION" go.etcd.io/etcd/etcdutl/v3
  install_program "$1" "github.com/coredns/coredns@$COREDNS_VERSION"
  [[ -n $CONTAINERD_VERSION ]] || return 0
  for program in containerd ctr containerd-shim-runc-v2; do
    install_program "$1" "github.com/containerd/containerd/v2/cmd/$program@$CONTAINERD_VERSION"
  done
}
