# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The file systems below a node and below kube-proxy, from Debian's packages.
# Sourced by scripts/node-image.

# clean_tree ROOT: takes out what no node reads.
clean_tree() {
  as_root rm -rf "$1"/var/{cache/apt,lib/apt/lists,log}/* "$1"/var/cache/debconf/* "$1"/usr/share/{doc,man,info,locale}/* \
    "$1"/tmp/* "$1/etc/machine-id"
}

# make_system ROOT PACKAGE…
make_system() {
  local root=$1 packages
  shift
  packages=$(IFS=,; printf '%s' "$*")
  as_root debootstrap --variant=minbase --include="$packages" "$SUITE" "$root" "$MIRROR"
  clean_tree "$root"
}

make_proxy_base() {
  make_system "$1/root" "${PROXY_PACKAGES[@]}"
  as_root rm -rf "$1"/root/{dev,proc,sys}/*
}

# kind's own node files come from its Go module.
install_kind_files() {
  local files
  files="$(go mod download -json "sigs.k8s.io/kind@$KIND_VERSION" | jq -r .Dir)/images/base/files"
  as_root cp -r --no-preserve=mode,ownership "$files/." "$1/"
  as_root chmod 0755 "$1"/usr/local/bin/* "$1"/kind/bin/*
  # The only snapshotter here is overlayfs: /var is a volume in a node, so it works whatever Docker itself uses.
  # shellcheck disable=SC2016
  as_root sed -i 's/\${KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER:-}/${KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER:-overlayfs}/' \
    "$1/usr/local/bin/entrypoint"
}

configure_containerd() {
  local program
  as_root sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' "$1/etc/containerd/config.toml"
  for program in containerd ctr containerd-shim-runc-v2; do
    as_root ln -sf "/usr/bin/$program" "$1/usr/local/bin/$program"
  done
  as_root mkdir -p "$1/opt/cni" "$1/etc/cni/net.d" "$1/etc/kubernetes/manifests"
  as_root ln -sfn /usr/lib/cni "$1/opt/cni/bin"
}

# Only what a node needs starts at boot.
enable_units() {
  local units=/etc/systemd/system/multi-user.target.wants unit
  as_root rm -f "$1"/lib/systemd/system/multi-user.target.wants/* "$1"/etc/systemd/system/*.wants/* \
    "$1"/lib/systemd/system/local-fs.target.wants/* "$1"/lib/systemd/system/basic.target.wants/* \
    "$1"/lib/systemd/system/sockets.target.wants/*{udev,initctl}* \
    "$1"/lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service
  as_root mkdir -p "$1$units"
  for unit in kubelet containerd undo-mount-hacks; do
    as_root ln -sf "/etc/systemd/system/$unit.service" "$1$units/$unit.service"
  done
  # binfmt_misc belongs to the whole kernel, not to a node.
  as_root ln -sf /dev/null "$1/etc/systemd/system/systemd-binfmt.service"
  as_root tee -a "$1/etc/systemd/journald.conf" >/dev/null <<<ReadKMsg=no
  as_root ln -sfn /lib/systemd/systemd "$1/sbin/init"
}

make_base() {
  local root="$1/root"
  make_system "$root" "${NODE_PACKAGES[@]}"
  install_kind_files "$root"
  configure_containerd "$root"
  enable_units "$root"
  cp "$root/bin/busybox" "$1/busybox"
  as_root tar -C "$root" --numeric-owner --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -cf "$1/base.tar" .
  as_root rm -rf "$root"
}
