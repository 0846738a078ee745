// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/etcd_snapshot.h"

#include <fmt/format.h>

#include <charconv>

#include "framework/base/files.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/host.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kSnapshotLimit = std::chrono::minutes(2);
constexpr milliseconds kNodeLimit = seconds(60);
// In etcd's own folder, because that is what both its container and the node can write to.
constexpr const char* kOnNode = "/var/lib/etcd/graduand-snapshot.db";
constexpr const char* kUploaded = "/var/lib/graduand-restore.db";
// What must be left when the snapshot is written: etcd itself goes on writing.
constexpr std::int64_t kReserve = 64ll << 20;

// Two numbers: the size of etcd's data, and what is free where it is.
constexpr const char* kSizes =
    "set -e; stat --format %s /var/lib/etcd/member/snap/db; df --output=avail --block-size=1 /var/lib/etcd | tail -n 1";
// etcd's image has no shell, and need not be known to any other client: its own program runs in its mounts.
constexpr const char* kSave = R"(
pid=$(pgrep -o -x etcd) || { echo "etcd does not run" >&2; exit 3; }
rm -f "$1" "$1.part"
pki=/etc/kubernetes/pki/etcd
exec nsenter --target "$pid" --mount -- etcdctl --endpoints https://127.0.0.1:2379 --cacert "$pki/ca.crt" \
  --cert "$pki/healthcheck-client.crt" --key "$pki/healthcheck-client.key" snapshot save "$1"
)";
// Finds what can restore a snapshot, in the image or else on the node: etcdutl, or an etcdctl from before 3.6.
// Argument: the image; then it is mounted, and $program is set. Programs of etcd are static: they run anywhere.
constexpr const char* kFindProgram = R"sh(
set -e
root=/var/lib/graduand/etcd-image image=$1
shift
mkdir -p "$root"
ctr --namespace k8s.io images mount "$image" "$root" >/dev/null
trap 'ctr --namespace k8s.io images unmount --rm "$root" >/dev/null' EXIT
program="$root/usr/local/bin/etcdutl"
[ -x "$program" ] || program=$(command -v etcdutl || true)
if [ -z "$program" ] && "$root/usr/local/bin/etcdctl" snapshot --help 2>/dev/null | grep -q '^[[:space:]]*restore'; then
  program="$root/usr/local/bin/etcdctl"
fi
if [ -z "$program" ]; then echo "neither $image nor the node has an etcdutl" >&2; exit 9; fi
)sh";
// Further arguments: the snapshot, where the data of before goes, and the flags of a new member.
constexpr const char* kRestore = R"sh(
file=$1 before=$2 new=/var/lib/graduand/etcd-restored
shift 2
# Clients have seen later revisions than the snapshot's: theirs must count as compacted, or they miss what changed.
case $program in
  *etcdutl) set -- "$@" --bump-revision 1000000000 --mark-compacted ;;
esac
rm -rf "$new"
"$program" snapshot restore "$file" --data-dir "$new" "$@" >&2
rm -rf "$before"
mkdir -p "$before"
mv /var/lib/etcd/member "$before/"
mv "$new/member" /var/lib/etcd/member
rm -rf "$new" "$file"
)sh";

constexpr const char* kBringBack = R"sh(
set -e
if [ -d "$1/member" ]; then
  rm -rf /var/lib/etcd/member
  mv "$1/member" /var/lib/etcd/member
  rmdir "$1"
fi
)sh";

std::string megabytes(std::int64_t bytes) {
  return fmt::format("{} MiB", bytes >> 20);
}

Status check_room(const std::string& place, std::int64_t needed, std::int64_t free) {
  if (free >= needed + kReserve) return {};
  return fail(ErrorKind::kInfrastructure,
              fmt::format("no room for a snapshot of etcd: it takes {}, with {} in reserve, and {} are free",
                          megabytes(needed), megabytes(kReserve), megabytes(free)),
              place);
}

Status look_for_room(TransitionWork& work, const std::string& node, const std::filesystem::path& folder) {
  GRADUAND_TRY_ASSIGN(const ProcessResult said, work.nodes().run(node, {"sh", "-c", kSizes}, kNodeLimit));
  const auto lines = split(said.stdout_text, '\n');
  std::int64_t numbers[2] = {-1, -1};
  for (std::size_t i = 0; i < 2 && i < lines.size(); ++i) {
    const std::string_view line = trim(lines[i]);
    std::from_chars(line.data(), line.data() + line.size(), numbers[i]);
  }
  if (!said.ok() || numbers[0] < 0 || numbers[1] < 0) {
    return fail(ErrorKind::kInfrastructure,
                "how big etcd's data is cannot be told: " + last_lines(said.stderr_text + said.stdout_text, 1), node);
  }
  GRADUAND_TRY(check_room(node, numbers[0], numbers[1]));
  const auto free = free_bytes(folder);
  return free ? check_room(folder.string(), numbers[0], *free) : Status{};
}

std::string flag_of(const std::string& manifest, const std::string& flag) {
  const std::string sign = "- --" + flag + "=";
  const std::size_t begin = manifest.find(sign);
  if (begin == std::string::npos) return "";
  const std::size_t value = begin + sign.size();
  return std::string(trim(manifest.substr(value, manifest.find('\n', value) - value)));
}

}  // namespace

std::filesystem::path etcd_snapshot_file(const std::filesystem::path& state_dir, const std::string& version) {
  return state_dir / ("etcd-" + version + ".db");
}

std::filesystem::path etcd_manifest_file(const std::filesystem::path& state_dir, const std::string& version) {
  return state_dir / ("etcd-" + version + ".yaml");
}

Status save_etcd_snapshot(TransitionWork& work, const std::string& node, const std::filesystem::path& file) {
  work.progress("saving a snapshot of etcd to " + file.string());
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) return fail(ErrorKind::kInfrastructure, error.message(), file.parent_path().string());
  GRADUAND_TRY(look_for_room(work, node, file.parent_path()));
  const auto clean = [&] { std::ignore = work.on_node(node, {"rm", "-f", kOnNode, std::string(kOnNode) + ".part"}); };
  const auto saved = work.nodes().run(node, {"sh", "-c", kSave, "sh", kOnNode}, kSnapshotLimit, {}, work.cancel());
  if (!saved) return fail(saved.error());
  if (!saved->ok()) {
    clean();
    return fail(saved->cancelled ? ErrorKind::kCancelled : ErrorKind::kInfrastructure,
                fmt::format("saving a snapshot of etcd: {}: {}", describe_end(*saved, kSnapshotLimit),
                            last_lines(saved->stderr_text, 1)),
                node);
  }
  const std::string part = file.string() + ".part";
  const Status copied = work.nodes().copy_from(node, kOnNode, part, kSnapshotLimit, work.cancel());
  clean();
  if (copied) {
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, error);
    if (!error) fs::rename(part, file, error);
    if (!error) return {};
  }
  const std::string reason = error.message();
  fs::remove(part, error);
  return copied ? fail(ErrorKind::kInfrastructure, reason, file.string()) : fail(copied.error());
}

Status can_restore_etcd_snapshot(TransitionWork& work, const std::string& node, const std::string& image) {
  return work.on_node(node, {"sh", "-c", kFindProgram, "sh", image});
}

Status restore_etcd_snapshot(TransitionWork& work, const std::string& node, const std::filesystem::path& file,
                             const std::string& image, const std::string& etcd_manifest) {
  work.progress("restoring the snapshot of etcd " + file.string());
  GRADUAND_TRY(work.nodes().copy_to(node, file, kUploaded));
  const std::string script = std::string(kFindProgram) + kRestore;
  std::vector<std::string> argv = {"sh", "-c", script, "sh", image, kUploaded, kEtcdDataBefore};
  for (const char* flag : {"name", "initial-cluster", "initial-advertise-peer-urls"}) {
    const std::string value = flag_of(etcd_manifest, flag);
    if (!value.empty()) argv.push_back(fmt::format("--{}={}", flag, value));
  }
  return work.on_node(node, argv, kSnapshotLimit);
}

Status bring_back_etcd_data(TransitionWork& work, const std::string& node) {
  return work.on_node(node, {"sh", "-c", kBringBack, "sh", kEtcdDataBefore}, kSnapshotLimit);
}

}  // namespace graduand::cluster
