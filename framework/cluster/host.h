// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "framework/base/error.h"

namespace graduand::cluster {

// Questions to this host's /proc and /sys. `proc` and `sys` are those folders, so that tests can use their own.

// Whether a capability, by its number, is in our bounding set: what a container can be given at most. An unreadable
// status counts as present: then nothing is done about it.
bool has_capability(const std::filesystem::path& proc, int number);
inline constexpr int kCapSysResource = 24;

// Whether the unified hierarchy (cgroup v2) is what is mounted.
bool has_cgroup_v2(const std::filesystem::path& sys);

// A decimal number in a one-line file, such as a sysctl; nullopt when it cannot be read.
std::optional<std::int64_t> number_in(const std::filesystem::path& file);

// Free bytes for ordinary users on the file system of `path`; nullopt when it cannot be asked.
std::optional<std::int64_t> free_bytes(const std::filesystem::path& path);

// A process that can be told from a later one with the same id.
struct ProcessMark {
  std::int64_t pid = 0;
  std::int64_t start = 0;  // clock ticks after boot, as in /proc/<pid>/stat
  std::string boot;        // /proc/sys/kernel/random/boot_id
  friend bool operator==(const ProcessMark&, const ProcessMark&) = default;
};
// kNotFound when there is no such process (any more).
Result<ProcessMark> mark_of_process(std::int64_t pid, const std::filesystem::path& proc = "/proc");
// Whether the marked process still runs.
bool is_alive(const ProcessMark& mark, const std::filesystem::path& proc = "/proc");

}  // namespace graduand::cluster
