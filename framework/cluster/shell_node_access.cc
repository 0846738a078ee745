// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/shell_node_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "framework/base/json.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/random.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kFileLimit = seconds(30);
// A kubelet is 80 MB, and its copy is to be on disk.
constexpr milliseconds kCopyLimit = seconds(120);
// What the scripts below exit with when there is nothing to read; no program used in them does so.
constexpr int kAbsent = 44;

// The mode is kept when the file is there: manifests and keys are 0600. `sync` with a name is fsync(2), of a folder
// too: then a rename in it is on disk.
constexpr const char* kWrite = R"sh(
set -e
mkdir -p "$2" "$(dirname "$1")"
(umask 077; cat >"$3")
if test -e "$1"; then chmod --reference="$1" "$3"; fi
sync "$3"
mv -f "$3" "$1"
sync "$(dirname "$1")"
)sh";
constexpr const char* kCopy = R"sh(
set -e
test -e "$1" || test -L "$1" || exit 44
if test -d "$1" && ! test -L "$1"; then echo "it is a folder" >&2; exit 1; fi
mkdir -p "$(dirname "$2")"
cp -a --remove-destination "$1" "$3"
test -L "$3" || sync "$3"
mv -f -T "$3" "$2"
sync "$(dirname "$2")"
)sh";
constexpr const char* kRemove = R"sh(
set -e
if test -e "$1" || test -L "$1"; then rm -f "$1"; sync "$(dirname "$1")"; fi
)sh";
// etcd's image has no shell: its own etcdctl runs in its mounts. Arguments are etcdctl's.
constexpr const char* kEtcdctl = R"sh(
pid=$(pgrep -o -x etcd) || exit 44
pki=/etc/kubernetes/pki/etcd
exec nsenter --target "$pid" --mount -- etcdctl --endpoints https://127.0.0.1:2379 --cacert "$pki/ca.crt" \
  --cert "$pki/healthcheck-client.crt" --key "$pki/healthcheck-client.key" "$@"
)sh";

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

tl::unexpected<Error> failed(const ProcessResult& result, const std::string& doing, const std::string& node) {
  return fail(ErrorKind::kInfrastructure,
              fmt::format("{}: {}: {}", doing, describe_end(result), last_lines(result.stderr_text, 1)), node);
}

bool is_absent(const ProcessResult& result) {
  return result.exit_code == kAbsent && result.signal == 0;
}

Result<ProcessResult> etcdctl(NodeAccess& nodes, const std::string& node, const std::vector<std::string>& arguments,
                              const std::string& stdin_data = {}) {
  std::vector<std::string> argv = {"sh", "-c", kEtcdctl, "sh"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  GRADUAND_TRY_ASSIGN(ProcessResult result, nodes.run(node, argv, kFileLimit, stdin_data));
  if (is_absent(result)) return fail(ErrorKind::kNotFound, "etcd does not run", node);
  return result;
}

}  // namespace

Result<std::string> ShellNodeAccess::read_file(const std::string& node, const std::string& path) {
  const std::vector<std::string> argv = {"sh", "-c", fmt::format("test -e \"$1\" || exit {}; exec cat \"$1\"", kAbsent),
                                         "sh", path};
  GRADUAND_TRY_ASSIGN(ProcessResult result, run(node, argv, kFileLimit));
  if (is_absent(result)) return fail(ErrorKind::kNotFound, "no such file: " + path, node);
  if (!result.ok()) return failed(result, "reading " + path, node);
  return std::move(result.stdout_text);
}

Status ShellNodeAccess::write_file(const std::string& node, const std::string& path, std::string_view content,
                                   const std::string& staging) {
  const std::string aside = fmt::format("{}/.{}.tmp-{}", staging, name_of(path), Random(random_seed()).name_suffix(6));
  GRADUAND_TRY_ASSIGN(const ProcessResult result,
                      run(node, {"sh", "-c", kWrite, "sh", path, staging, aside}, kFileLimit, std::string(content)));
  if (!result.ok()) return failed(result, "writing " + path, node);
  return {};
}

Status ShellNodeAccess::copy_file(const std::string& node, const std::string& from, const std::string& to) {
  const std::string aside =
      fmt::format("{}/.{}.graduand", std::filesystem::path(to).parent_path().string(), name_of(to));
  GRADUAND_TRY_ASSIGN(const ProcessResult result, run(node, {"sh", "-c", kCopy, "sh", from, to, aside}, kCopyLimit));
  if (is_absent(result)) return fail(ErrorKind::kNotFound, "no such file: " + from, node);
  if (!result.ok()) return failed(result, "copying " + from + " to " + to, node);
  return {};
}

Status ShellNodeAccess::remove_file(const std::string& node, const std::string& path) {
  GRADUAND_TRY_ASSIGN(const ProcessResult result, run(node, {"sh", "-c", kRemove, "sh", path}, kFileLimit));
  if (!result.ok()) return failed(result, "removing " + path, node);
  return {};
}

Result<std::vector<std::string>> ShellNodeAccess::list_folder(const std::string& node, const std::string& path) {
  const std::vector<std::string> argv = {"sh", "-c", "test -d \"$1\" || exit 0; exec ls -1 \"$1\"", "sh", path};
  GRADUAND_TRY_ASSIGN(const ProcessResult result, run(node, argv, kFileLimit));
  if (!result.ok()) return failed(result, "listing " + path, node);
  std::vector<std::string> names;
  for (const std::string& line : split(result.stdout_text, '\n'))
    if (!line.empty()) names.push_back(line);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::optional<std::string>> ShellNodeAccess::read_etcd_key(const std::string& node, const std::string& key) {
  GRADUAND_TRY_ASSIGN(const ProcessResult result, etcdctl(*this, node, {"get", "--write-out=json", "--", key}));
  if (!result.ok()) return failed(result, "reading the key " + key + " of etcd", node);
  GRADUAND_TRY_ASSIGN(const json::value answer, parse_json(result.stdout_text, "etcdctl's answer"));
  const json::array& found = array_at(answer, "kvs");
  if (found.empty()) return std::nullopt;
  std::string value;
  if (!base64_decode(string_at(found.front(), "value"), value))
    return fail(ErrorKind::kInfrastructure, "etcdctl's answer for the key " + key + " is no base64", node);
  return value;
}

Status ShellNodeAccess::write_etcd_key(const std::string& node, const std::string& key,
                                       const std::optional<std::string>& value) {
  std::vector<std::string> arguments = {value ? "put" : "del", "--", key};
  // Without standard input it takes the value from its arguments only.
  if (value && value->empty()) arguments.emplace_back();
  GRADUAND_TRY_ASSIGN(const ProcessResult result, etcdctl(*this, node, arguments, value.value_or("")));
  if (!result.ok()) return failed(result, "writing the key " + key + " of etcd", node);
  return {};
}

}  // namespace graduand::cluster
