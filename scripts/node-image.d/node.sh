# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The node image itself: a base with programs, container images and manifests, committed by Docker.
# Sourced by scripts/node-image.

# install_containerd CONTAINER OTHERS: a newer containerd than Debian's, where the version asks for one.
install_containerd() {
  local program
  [[ -n $CONTAINERD_VERSION ]] || return 0
  for program in containerd ctr containerd-shim-runc-v2; do
    docker exec "$1" rm -f "/usr/local/bin/$program"
    docker cp "$2/$program" "$1:/usr/local/bin/$program"
  done
}

# Imports the images into containerd's store. Nothing is unpacked: the first container on a node does that.
fill_store() {
  local container=$1 archive attempt
  shift
  docker exec --detach "$container" sh -c 'exec containerd >/var/log/containerd-import.log 2>&1'
  for ((attempt = 0; attempt < 100; attempt++)); do
    if docker exec "$container" ctr version >/dev/null 2>&1; then break; fi
    sleep 0.2
  done
  for archive in "$@"; do
    docker exec -i "$container" ctr --namespace k8s.io images import --no-unpack - <"$archive"
  done
  docker exec "$container" ctr --namespace k8s.io images list -q
  docker exec "$container" sh -c 'pkill -x containerd; while pgrep -x containerd >/dev/null; do sleep 0.1; done
    rm -rf /run/containerd /var/log/containerd-import.log'
}

# kind reads these two; both would otherwise name images that nobody here has.
write_manifests() {
  docker exec -i "$1" sh -c 'mkdir -p /kind/manifests && cat >/kind/manifests/default-cni.yaml' <<'YAML'
# This node image has no network plugin of its own: use networking.disableDefaultCNI, and write a CNI configuration.
apiVersion: v1
kind: ConfigMap
metadata:
  name: no-default-cni
  namespace: kube-system
data:
  reason: this node image brings no network plugin; the cluster's creator writes a CNI configuration to each node
YAML
  docker exec -i "$1" sh -c 'cat >/kind/manifests/default-storage.yaml' <<'YAML'
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations:
    storageclass.kubernetes.io/is-default-class: "true"
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
YAML
}

# fill_node CONTAINER KUBERNETES OTHERS ARCHIVES
fill_node() {
  local program
  for program in kubelet kubeadm kubectl; do
    docker cp "$2/$program" "$1:/usr/bin/$program"
  done
  docker exec -i "$1" sh -c 'cat >/usr/local/bin/crictl && chmod 0755 /usr/local/bin/crictl' <"$DATA/crictl"
  install_containerd "$1" "$3"
  docker exec "$1" sh -c 'ctr oci spec | jq ".hooks.createContainer += [{path: \"/kind/bin/mount-product-files.sh\"}]
    | del(.process.rlimits)" >/etc/containerd/cri-base.json'
  docker exec "$1" sh -c 'printf %s "$1" >/kind/version' - "$VERSION"
  write_manifests "$1"
  fill_store "$1" "$4"/*.tar
}

# commit_image CONTAINER TAG: the image that had the tag goes, unless something still uses it.
commit_image() {
  local previous
  previous=$(docker image inspect --format '{{.Id}}' "$2" 2>/dev/null) || true
  docker kill "$1" >/dev/null
  docker commit \
    --change 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' --change 'CMD []' \
    --change 'ENV container=docker' \
    --change "LABEL $LABEL.inputs=$(inputs_digest)" \
    --change "LABEL $LABEL.kubernetes-version=$VERSION" \
    --change "LABEL $LABEL.provenance=\"built from Go modules k8s.io/kubernetes $VERSION and Debian packages\"" \
    --change "LABEL $LABEL.components=\"etcd $ETCD_VERSION, coredns $COREDNS_VERSION, containerd ${CONTAINERD_VERSION:-of Debian $SUITE}\"" \
    --change "LABEL $LABEL.default-cni=none" \
    "$1" "$2"
  [[ -z $previous ]] || docker image rm "$previous" || true
}

# make_image KUBERNETES OTHERS BASE ARCHIVES
make_image() {
  local base=$3 base_image container
  base_image="graduand/node-base:$(base_key | cut -c1-12)"
  docker image inspect "$base_image" >/dev/null 2>&1 || docker import - "$base_image" <"$base/base.tar"
  # systemd ends on SIGRTMIN+3; the commit keeps it.
  container=$(docker run --detach --security-opt seccomp=unconfined --stop-signal SIGRTMIN+3 \
    --entrypoint sleep "$base_image" infinity)
  # shellcheck disable=SC2064
  trap "docker rm --force --volumes $container >/dev/null" EXIT
  fill_node "$container" "$1" "$2" "$4"
  commit_image "$container" "kindest/node:$VERSION"
}
