// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "framework/base/error.h"

namespace graduand {

namespace fs = std::filesystem;

// Whole file, at most `limit` bytes (kUsage beyond). kNotFound when absent; kInfrastructure on other I/O errors.
Result<std::string> read_file(const fs::path& path, std::size_t limit = 64u << 20);

// Writes beside the target, fsyncs, renames: a reader sees the old or the new content. `mode` as for chmod.
// kInfrastructure with the errno text (ENOSPC named "disk full") on failure; parent folders are created.
Status write_file_atomically(const fs::path& path, std::string_view content, unsigned mode = 0644);

// A file that grows by whole lines. Each append is one write(2), retried until complete, and followed by fdatasync, so
// that a record that was reported is on disk. Not thread-safe. On open, a last line without a newline (from a killed
// writer) is cut off, and `dropped_bytes()` says how much.
class LineAppender {
 public:
  static Result<LineAppender> open(const fs::path& path);
  LineAppender(LineAppender&& other) noexcept;
  LineAppender& operator=(LineAppender&& other) noexcept;
  ~LineAppender();
  // `line` without its newline; it must not contain one.
  Status append(std::string_view line);
  std::size_t dropped_bytes() const { return dropped_bytes_; }

 private:
  LineAppender(int fd, fs::path path, std::size_t dropped);
  int fd_ = -1;
  fs::path path_;
  std::size_t dropped_bytes_ = 0;
};

// A folder that is removed with all its content at the end of its life.
class TempDir {
 public:
  // Under $TMPDIR or /tmp, named graduand-<purpose>-XXXXXX, mode 0700.
  static Result<TempDir> create(std::string_view purpose);
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  ~TempDir();
  const fs::path& path() const { return path_; }

 private:
  explicit TempDir(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

// $XDG_DATA_HOME/graduand, or ~/.local/share/graduand.
fs::path user_data_dir();
// $GRADUAND_CACHE, or $XDG_CACHE_HOME/graduand, or ~/.cache/graduand.
fs::path user_cache_dir();
// The running program's own path (/proc/self/exe).
fs::path self_path();
// The first executable `name` on $PATH and then in user_cache_dir()/bin (where scripts/setup puts kind); empty if none.
fs::path find_program(const std::string& name);

}  // namespace graduand
