# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Helpers that the scripts in this folder share; source it, do not run it.

# Where downloads, builds and tools are kept between runs.
GRADUAND_CACHE="${GRADUAND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/graduand}"
export GRADUAND_CACHE
export PATH="$GRADUAND_CACHE/bin:$PATH"

say() { printf '%s\n' "$*"; }
warn() { printf '%s: warning: %s\n' "${0##*/}" "$*" >&2; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND…: runs it directly for root, through sudo for anyone else.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "'$1' needs root, and sudo is not installed: run this script as root"
  fi
}

# usage FILE: prints the comment block at the top of FILE, without the licence line, as its help text.
usage() { sed -n '/^# SPDX/d; 2,/^$/ { s/^# \{0,1\}//; p; }' "$1" | sed '/^$/{ $d; }'; }

# step NAME FUNCTION ARGUMENT…: runs the function with its output in $GRADUAND_LOG and prints its name and duration.
# Never call it as a condition: bash would then ignore errors inside the function.
step() {
  local name=$1 started=$SECONDS status=0
  shift
  printf '  %-44s ' "$name"
  printf '\n=== %s\n' "$name" >>"$GRADUAND_LOG"
  set +e
  (
    set -e
    "$@"
  ) >>"$GRADUAND_LOG" 2>&1
  status=$?
  set -e
  if [[ $status -ne 0 ]]; then
    printf 'FAILED after %d s\n\n' "$((SECONDS - started))"
    tail -n 25 "$GRADUAND_LOG" >&2
    die "step '$name' failed (status $status); the whole log is $GRADUAND_LOG"
  fi
  printf '%d s\n' "$((SECONDS - started))"
}

# sha256 of standard input, as bare hexadecimal.
sha256() { sha256sum | cut -d' ' -f1; }
