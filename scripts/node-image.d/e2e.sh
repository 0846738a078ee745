# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Upstream's own tests: e2e.test, and the images that most of its specs run, under the names that it gives them.
# Sourced by scripts/node-image.

readonly E2E_IMAGES=(agnhost busybox pause)

e2e_key() {
  { recipe make_e2e_programs version_flags; cat "$DATA/e2e-$MINOR"/{go.mod,go.sum,tools.go}; architecture; } | sha256
}
e2e_images_key() {
  { recipe make_e2e_images image_id agnhost_image agnhost_config add_programs write_archive busybox_image pause_image
    e2e_key; base_key; cat "$DATA/pause/pause.c"; } | sha256
}

require_e2e_definition() {
  local pinned
  pinned=$(sed -n 's/^require k8s.io\/kubernetes //p' "$DATA/e2e-$MINOR/go.mod" 2>/dev/null) || true
  [[ $pinned == "$VERSION" ]] || die "cannot build e2e.test $VERSION: there are definitions for $(sed -n \
    's/^require k8s.io\/kubernetes //p' "$DATA"/e2e-*/go.mod | paste -sd ' ').
To add one, write $DATA/e2e-$MINOR with go.mod, go.sum and tools.go"
}

# make_e2e_programs DIRECTORY: e2e.test, agnhost, and the list of images that e2e.test may start.
make_e2e_programs() {
  cd "$DATA/e2e-$MINOR" || return
  go mod download k8s.io/kubernetes
  CGO_ENABLED=0 nice -n 10 go test -c -buildvcs=false -trimpath -ldflags "-s -w $(version_flags)" -o "$1/e2e.test" \
    k8s.io/kubernetes/test/e2e
  CGO_ENABLED=0 nice -n 10 go build -buildvcs=false -trimpath -ldflags '-s -w' -o "$1/agnhost" k8s.io/kubernetes/test/images/agnhost
  # What its netexec serves https with.
  cp "$(go list -f '{{.Dir}}' k8s.io/kubernetes/test/images/agnhost)"/porter/localhost.{crt,key} "$1/"
  chmod 0644 "$1"/localhost.{crt,key}
  env -u KUBE_TEST_REPO_LIST "$1/e2e.test" --list-images | sort -u >"$1/images"
}

# add_programs ROOT TREE PROGRAM…: programs out of a tree of Debian's, with the libraries that they load.
add_programs() {
  local root=$1 tree=$2 libraries
  shift 2
  mapfile -t libraries < <(as_root chroot "$tree" ldd "$@" | grep -oE '/[^ :]+\.so[^ :]*' | sort -u)
  (cd "$tree" && cp --parents --dereference "${libraries[@]/#/.}" "${@/#/.}" "$root/")
}

agnhost_config() {
  jq -nc '{Entrypoint: ["/agnhost"], Cmd: ["pause"], WorkingDir: "/",
    ExposedPorts: (["80", "8080", "8081", "9376", "5000"] | map({"\(.)/tcp": {}}) | add)}'
}

# agnhost_image FILE TAG PROGRAMS BASE: as upstream's, less dig, iperf and CoreDNS. The specs' hooks and probes need its
# shell and curl; netexec's https needs the certificate where it looks for it, which is the root directory.
agnhost_image() {
  local file=$1 tag=$2 programs=$3 base=$4 folder root
  folder=$(mktemp -d)
  root="$folder/root"
  mkdir -p "$root" "$folder/tree"
  busybox_image "$folder/busybox.tar" "$base/busybox" busybox:agnhost
  tar -xOf "$folder/busybox.tar" layer.tar | tar -C "$root" -x
  as_root tar -C "$folder/tree" -xf "$base/base.tar"
  rm -f "$root/bin/ip"
  add_programs "$root" "$folder/tree" /bin/bash /usr/bin/curl /bin/ip /bin/ss
  mkdir -p "$root/uploads" "$root/home/user-defined-in-image"
  install -m 0755 "$programs/agnhost" "$root/agnhost"
  install -m 0644 "$programs"/localhost.{crt,key} "$root/"
  ln -s agnhost "$root/agnhost-2"
  # A spec about supplemental groups reads these two.
  printf 'user-defined-in-image:x:1000:1000::/home/user-defined-in-image:/bin/sh\n' >>"$root/etc/passwd"
  printf 'user-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n' >>"$root/etc/group"
  write_archive "$file" "$root" "$(agnhost_config)" "$tag"
  as_root rm -rf "$folder"
}

# e2e_tag PROGRAMS NAME: the image as this version's e2e.test calls it.
e2e_tag() { grep -E "^registry\.k8s\.io/(e2e-test-images/)?$2:" "$1/images"; }

# image_id FILE: the id that Docker gives to an archive's image.
image_id() { tar -xOf "$1" config.json | sha256; }

# make_e2e_images PROGRAMS BASE DIRECTORY
make_e2e_images() {
  agnhost_image "$3/agnhost.tar" "$(e2e_tag "$1" agnhost)" "$1" "$2"
  busybox_image "$3/busybox.tar" "$2/busybox" "$(e2e_tag "$1" busybox)"
  pause_image "$3/pause.tar" "$(e2e_tag "$1" pause)"
  local name
  for name in "${E2E_IMAGES[@]}"; do image_id "$3/$name.tar" >"$3/$name.id"; done
}

# Whether Docker has an image, and it is either a pulled one or the one of the present archive.
has_e2e_image() {
  local tag=$1 id=$2 present
  present=$(docker image inspect --format '{{.Id}} {{len .RepoDigests}}' "$tag" 2>/dev/null) || return 1
  [[ $present == "sha256:$id 0" || ${present##* } -gt 0 ]]
}

pull_e2e_image() {
  [[ ${GRADUAND_NODE_IMAGE_PULL:-} != never ]] || return 1
  curl --silent --output /dev/null --max-time 5 https://registry.k8s.io/v2/ || return 1
  timeout 300 docker pull --quiet "$1" >/dev/null
}

load_e2e_images() {
  local name
  for name in "$@"; do docker load --quiet --input "$name"; done
}

# provide_e2e_images PROGRAMS: those that Docker lacks are pulled where a registry can be reached, else built.
provide_e2e_images() {
  local programs=$1 images base name tag wanted=()
  images="$WORK/e2e-images-$VERSION-$(e2e_images_key | cut -c1-16)"
  for name in "${E2E_IMAGES[@]}"; do
    tag=$(e2e_tag "$programs" "$name")
    if has_e2e_image "$tag" "$(cat "$images/$name.id" 2>/dev/null)"; then continue; fi
    pull_e2e_image "$tag" || wanted+=("$images/$name.tar")
  done
  [[ ${#wanted[@]} -gt 0 ]] || return 0
  base="$WORK/base-$(base_key | cut -c1-16)"
  make_once "$base" "node's base from Debian packages" make_base
  make_once "$images" "images of agnhost, busybox, pause" make_e2e_images "$programs" "$base"
  step "loading ${#wanted[@]} images into Docker" load_e2e_images "${wanted[@]}"
  forget "e2e-images-$VERSION" "$images"
}

# e2e.test is at $GRADUAND_CACHE/e2e/VERSION/e2e.test afterwards.
make_e2e() {
  local programs
  require_e2e_definition
  programs="$WORK/e2e-$VERSION-$(e2e_key | cut -c1-16)"
  begin_work "e2e-$VERSION"
  make_once "$programs" "e2e.test and agnhost $VERSION (minutes)" make_e2e_programs
  mkdir -p "$GRADUAND_CACHE/e2e"
  ln -sfn "$programs" "$GRADUAND_CACHE/e2e/$VERSION"
  forget "e2e-$VERSION" "$programs"
  provide_e2e_images "$programs"
  say "$GRADUAND_CACHE/e2e/$VERSION/e2e.test is ready, and Docker has $(for name in "${E2E_IMAGES[@]}"; do
    e2e_tag "$programs" "$name"; done | paste -sd ' ')"
}
