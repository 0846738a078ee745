# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Docker on a host whose bounding set lacks CAP_SYS_RESOURCE: an OCI runtime wrapper makes privileged containers start.
# Source this file after common.sh.

readonly RUNTIME_NAME=graduand-runc
readonly RUNTIME_PATH=/usr/local/bin/graduand-runc
readonly DAEMON_JSON="${GRADUAND_DOCKER_DAEMON_JSON:-/etc/docker/daemon.json}"
readonly CAP_SYS_RESOURCE_BIT=24

# Whether this host may give containers CAP_SYS_RESOURCE.
has_sys_resource() {
  local bounding
  bounding=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
  (((16#$bounding >> CAP_SYS_RESOURCE_BIT) & 1))
}

# Whether Docker already starts containers through the wrapper.
wrapper_is_default() { [[ $(docker info --format '{{.DefaultRuntime}}' 2>/dev/null) == "$RUNTIME_NAME" ]]; }

install_wrapper() {
  local built
  built=$(mktemp -d)
  (cd "$SCRIPTS/node-image.d/runc-wrapper" && CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w' -o "$built/wrapper" .)
  if cmp -s "$built/wrapper" "$RUNTIME_PATH"; then
    say "$RUNTIME_PATH is current"
  else
    as_root install -m 0755 "$built/wrapper" "$RUNTIME_PATH.new"
    as_root mv "$RUNTIME_PATH.new" "$RUNTIME_PATH"
  fi
  rm -r "$built"
}

# Adds the runtime to daemon.json, keeping every other key, and makes the daemon read it again.
register_wrapper() {
  local present='{}' wanted
  [[ ! -s $DAEMON_JSON ]] || present=$(cat "$DAEMON_JSON")
  wanted=$(jq --arg name "$RUNTIME_NAME" --arg path "$RUNTIME_PATH" \
    '.runtimes[$name] = {path: $path} | ."default-runtime" = $name' <<<"$present")
  if [[ $wanted != "$(jq . <<<"$present")" ]]; then
    as_root mkdir -p "${DAEMON_JSON%/*}"
    as_root tee "$DAEMON_JSON" >/dev/null <<<"$wanted"
  fi
  as_root kill -HUP "$(cat /var/run/docker.pid)"
  local attempt
  for ((attempt = 0; attempt < 50; attempt++)); do
    if wrapper_is_default; then return 0; fi
    sleep 0.2
  done
  die "Docker did not take $RUNTIME_NAME from $DAEMON_JSON: restart it, then try again"
}

# Starts a privileged container from an image made on the spot, so that nothing has to be pulled.
verify_privileged() {
  local root image status=0
  root=$(mktemp -d)
  (cd "$SCRIPTS/node-image.d/pause" && cc -static -Os -s -o "$root/pause" pause.c)
  image=$(tar -C "$root" -c . | docker import -)
  rm -r "$root"
  # It ends at once with 0 on SIGTERM; a runtime that cannot start it ends with 125 or more.
  local container
  if container=$(docker run --detach --privileged --tmpfs /tmp --entrypoint /pause "$image"); then
    docker rm --force "$container" >/dev/null
  else
    status=1
  fi
  docker image rm "$image" >/dev/null
  return $status
}

# Nodes run many watchers of files; the kernel's defaults are too small for two of them.
raise_inotify_limits() {
  raise_sysctl fs.inotify.max_user_instances 512
  raise_sysctl fs.inotify.max_user_watches 524288
}

raise_sysctl() {
  local present
  present=$(sysctl -n "$1")
  [[ $present -lt $2 ]] || return 0
  as_root sysctl -q -w "$1=$2"
  say "raised $1 from $present to $2 (until the next boot)"
}

setup_restricted_docker() {
  raise_inotify_limits
  if has_sys_resource; then
    say "this host has CAP_SYS_RESOURCE: Docker needs no runtime wrapper, nothing to do"
    return 0
  fi
  say "this host lacks CAP_SYS_RESOURCE: Docker's default runtime becomes $RUNTIME_PATH, which wraps runc"
  need_tools go jq cc docker
  install_wrapper
  register_wrapper
  verify_privileged || die "a privileged container still does not start: see the message of Docker above"
  say "a privileged container starts"
}
