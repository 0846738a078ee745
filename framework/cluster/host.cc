// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/host.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <charconv>

#include "framework/base/files.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

template <class T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

}  // namespace

bool has_capability(const fs::path& proc, int number) {
  const auto status = read_file(proc / "self" / "status");
  if (!status) return true;
  for (const std::string& line : split(*status, '\n')) {
    if (!starts_with(line, "CapBnd:")) continue;
    const auto set = parse_number<std::uint64_t>(trim(std::string_view(line).substr(7)), 16);
    return !set || ((*set >> number) & 1) != 0;
  }
  return true;
}

bool has_cgroup_v2(const fs::path& sys) {
  std::error_code ignored;
  return fs::exists(sys / "fs/cgroup/cgroup.controllers", ignored);
}

std::optional<std::int64_t> number_in(const fs::path& file) {
  const auto text = read_file(file);
  if (!text) return std::nullopt;
  return parse_number<std::int64_t>(trim(*text));
}

std::optional<std::int64_t> free_bytes(const fs::path& path) {
  struct statvfs stats{};
  if (statvfs(path.c_str(), &stats) != 0) return std::nullopt;
  return static_cast<std::int64_t>(stats.f_bavail) * static_cast<std::int64_t>(stats.f_frsize);
}

Result<ProcessMark> mark_of_process(std::int64_t pid, const fs::path& proc) {
  GRADUAND_TRY_ASSIGN(const std::string stat, read_file(proc / std::to_string(pid) / "stat"));
  // The second field is the program's name in parentheses, and may hold blanks and parentheses itself.
  const std::size_t name_end = stat.rfind(')');
  const auto fields = split(name_end == std::string::npos ? "" : stat.substr(name_end + 1), ' ');
  constexpr std::size_t kState = 1;
  constexpr std::size_t kStartTime = 20;  // field 22 of proc(5), counted after the name
  if (fields.size() <= kStartTime)
    return fail(ErrorKind::kInternal, fmt::format("/proc/{}/stat has only {} fields", pid, fields.size()));
  // A zombie does nothing any more; it only waits for its parent.
  if (fields[kState] == "Z") return fail(ErrorKind::kNotFound, fmt::format("process {} has ended", pid));
  ProcessMark mark;
  mark.pid = pid;
  mark.start = parse_number<std::int64_t>(fields[kStartTime]).value_or(0);
  mark.boot = std::string(trim(read_file(proc / "sys/kernel/random/boot_id").value_or("")));
  return mark;
}

bool is_alive(const ProcessMark& mark, const fs::path& proc) {
  const auto now = mark_of_process(mark.pid, proc);
  return now && *now == mark;
}

}  // namespace graduand::cluster
