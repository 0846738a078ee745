# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The container images that a node starts with, as archives like those of `docker save`.
# Sourced by scripts/node-image.

# write_archive FILE ROOT CONFIG TAG…: an image archive of one layer, as `docker save` writes it.
write_archive() {
  local file=$1 root=$2 config=$3 image layer
  shift 3
  image=$(mktemp -d)
  as_root tar -C "$root" --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -c . >"$image/layer.tar"
  layer=$(sha256 <"$image/layer.tar")
  jq -c --arg layer "sha256:$layer" --arg architecture "$(architecture)" --arg path "PATH=$CONTAINER_PATH" \
    '{architecture: $architecture, os: "linux", created: "1970-01-01T00:00:00Z", config: ({Env: [$path]} + .),
      rootfs: {type: "layers", diff_ids: [$layer]}}' <<<"$config" >"$image/config.json"
  printf '%s\n' "$@" | jq -Rnc '[{Config: "config.json", RepoTags: [inputs], Layers: ["layer.tar"]}]' >"$image/manifest.json"
  tar -C "$image" -cf "$file" manifest.json config.json layer.tar
  rm -r "$image"
}

# program_image FILE TAG CONFIG PROGRAM…: static programs alone.
program_image() {
  local file=$1 tag=$2 config=$3 root
  shift 3
  root=$(mktemp -d)
  chmod 0755 "$root"
  mkdir -p "$root/usr/local/bin" "$root/tmp" "$root/etc"
  chmod 1777 "$root/tmp"
  install -m 0755 "$@" "$root/usr/local/bin/"
  write_archive "$file" "$root" "$config" "$tag"
  rm -r "$root"
}

# kube-proxy needs iptables beside it.
proxy_image() {
  local file=$1 tag=$2 base=$3 program=$4 root
  root=$(mktemp -d)
  as_root cp -a "$base/root/." "$root/"
  as_root install -m 0755 "$program" "$root/usr/local/bin/kube-proxy"
  write_archive "$file" "$root" '{}' "$tag"
  as_root rm -rf "$root"
}

pause_image() {
  local file=$1 root
  shift
  root=$(mktemp -d)
  chmod 0755 "$root"
  cc -static -Os -s -o "$root/pause" "$DATA/pause/pause.c"
  write_archive "$file" "$root" '{"Entrypoint": ["/pause"], "User": "65535:65535"}' "$@"
  rm -r "$root"
}

busybox_image() {
  local file=$1 busybox=$2 root applet
  shift 2
  root=$(mktemp -d)
  chmod 0755 "$root"
  mkdir -p "$root"/{bin,etc,root,tmp,home,var/tmp,usr/bin}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  install -m 0755 "$busybox" "$root/bin/busybox"
  for applet in $("$busybox" --list); do
    [[ -e $root/bin/$applet ]] || ln -s busybox "$root/bin/$applet"
  done
  ln -s ../../bin/env "$root/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  write_archive "$file" "$root" '{"Cmd": ["sh"]}' "$@"
  rm -r "$root"
}

# The images that no kubeadm asks for by name: the sandbox's, and the one that our suites' pods run.
own_images() {
  pause_image "$1/pause.tar" "${PAUSE_TAGS[@]}"
  busybox_image "$1/busybox.tar" "$2" "${BUSYBOX_TAGS[@]}"
}

# make_archives KUBERNETES OTHERS BASE PROXY_BASE DIRECTORY
make_archives() {
  local kubernetes=$1 others=$2 base=$3 proxy_base=$4 directory=$5 tag name entry
  own_images "$directory" "$base/busybox"
  for tag in $("$kubernetes/kubeadm" config images list --kubernetes-version "$VERSION"); do
    name=${tag##*/}
    name=${name%%:*}
    case $name in
      pause) [[ " ${PAUSE_TAGS[*]} " == *" $tag "* ]] || pause_image "$directory/pause-$VERSION.tar" "$tag" ;;
      kube-proxy) proxy_image "$directory/$name.tar" "$tag" "$proxy_base" "$kubernetes/kube-proxy" ;;
      etcd) program_image "$directory/$name.tar" "$tag" '{}' "$others"/{etcd,etcdctl,etcdutl} ;;
      coredns)
        entry='{"Entrypoint": ["/usr/local/bin/coredns"], "WorkingDir": "/"}'
        program_image "$directory/$name.tar" "$tag" "$entry" "$others/coredns"
        ;;
      *) program_image "$directory/$name.tar" "$tag" '{}' "$kubernetes/$name" ;;
    esac
  done
}
