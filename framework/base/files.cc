// SPDX-License-Identifier: Apache-2.0
#include "framework/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "framework/base/text.h"

namespace graduand {
namespace {

std::string errno_text(int code) {
  if (code == ENOSPC) return "disk full (no space left on device)";
  if (code == EDQUOT) return "disk quota exceeded";
  return std::generic_category().message(code);
}

tl::unexpected<Error> io_failure(const char* verb, const fs::path& path, int code) {
  const char* hint = code == ENOSPC || code == EDQUOT ? "free some space and run again" : "";
  return fail(code == ENOENT ? ErrorKind::kNotFound : ErrorKind::kInfrastructure,
              fmt::format("cannot {}: {}", verb, errno_text(code)), path.string(), hint);
}

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// 0, or the errno of the write that failed.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

Status make_parent(const fs::path& path) {
  if (!path.has_parent_path()) return {};
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed) {
    return fail(ErrorKind::kInfrastructure, "cannot create the folder: " + errno_text(failed.value()),
                path.parent_path().string());
  }
  return {};
}

// The length of `fd`'s content up to and with its last newline.
Result<off_t> whole_lines_length(int fd, off_t size, const fs::path& path) {
  char chunk[4096];
  off_t end = size;
  while (end > 0) {
    const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(sizeof chunk));
    const ssize_t count = ::pread(fd, chunk, static_cast<std::size_t>(end - begin), begin);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return io_failure("read", path, count < 0 ? errno : EIO);
    for (ssize_t i = count; i-- > 0;)
      if (chunk[i] == '\n') return begin + i + 1;
    end = begin;
  }
  return 0;
}

fs::path home_subdir(const char* xdg_variable, const char* below_home) {
  const char* base = std::getenv(xdg_variable);
  if (base != nullptr && *base == '/') return fs::path(base) / "graduand";  // the XDG rules ignore relative paths
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr && *home != '\0' ? home : "/tmp") / below_home / "graduand";
}

bool is_executable_file(const fs::path& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return io_failure("open", path, errno);
  std::string content;
  std::size_t used = 0;
  for (;;) {
    // One byte more than the limit is enough to know that it is broken.
    const std::size_t room = std::min<std::size_t>(limit - used, std::max<std::size_t>(64u << 10, used)) + 1;
    content.resize(used + room);
    const ssize_t count = ::read(fd.get(), content.data() + used, room);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_failure("read", path, errno);
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
    if (used > limit)
      return fail(ErrorKind::kUsage, fmt::format("the file is longer than {} bytes, the most allowed", limit),
                  path.string());
  }
  content.resize(used);
  return content;
}

Status write_file_atomically(const fs::path& path, std::string_view content, unsigned mode) {
  GRADUAND_TRY(make_parent(path));
  std::string temporary = path.string() + ".XXXXXX";
  Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.get() < 0) return io_failure("create", path, errno);
  int code = write_all(fd.get(), content);
  if (code == 0 && ::fchmod(fd.get(), static_cast<mode_t>(mode)) != 0) code = errno;
  if (code == 0 && ::fsync(fd.get()) != 0) code = errno;
  if (code == 0 && ::close(fd.release()) != 0) code = errno;
  if (code == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) code = errno;
  if (code != 0) {
    ::unlink(temporary.c_str());
    return io_failure("write", path, code);
  }
  // Without this the rename itself may be lost in a power cut.
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Fd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) ::fsync(directory.get());
  return {};
}

Result<LineAppender> LineAppender::open(const fs::path& path) {
  GRADUAND_TRY(make_parent(path));
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (fd.get() < 0) return io_failure("open", path, errno);
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return io_failure("open", path, errno);
  std::size_t dropped = 0;
  if (S_ISREG(info.st_mode) && info.st_size > 0) {
    GRADUAND_TRY_ASSIGN(const off_t keep, whole_lines_length(fd.get(), info.st_size, path));
    dropped = static_cast<std::size_t>(info.st_size - keep);
    if (dropped != 0 && ::ftruncate(fd.get(), keep) != 0) return io_failure("cut the torn last line", path, errno);
  }
  return LineAppender(fd.release(), path, dropped);
}

LineAppender::LineAppender(int fd, fs::path path, std::size_t dropped)
    : fd_(fd), path_(std::move(path)), dropped_bytes_(dropped) {}

LineAppender::LineAppender(LineAppender&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), dropped_bytes_(other.dropped_bytes_) {}

LineAppender& LineAppender::operator=(LineAppender&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(dropped_bytes_, other.dropped_bytes_);
  return *this;
}

LineAppender::~LineAppender() {
  if (fd_ >= 0) ::close(fd_);
}

Status LineAppender::append(std::string_view line) {
  if (line.find('\n') != std::string_view::npos)
    return fail(ErrorKind::kInternal, "a line to append contains a newline", path_.string());
  const off_t before = ::lseek(fd_, 0, SEEK_END);
  std::string with_newline(line);
  with_newline += '\n';
  int code = write_all(fd_, with_newline);
  // EINVAL and EROFS: the file cannot be synced at all (a device, a pipe).
  if (code == 0 && ::fdatasync(fd_) != 0 && errno != EINVAL && errno != EROFS) code = errno;
  if (code == 0) return {};
  // A torn line would spoil the next one. Where even this fails, the next open() cuts it.
  if (before >= 0) [[maybe_unused]]
    const int ignored = ::ftruncate(fd_, before);
  return io_failure("append", path_, code);
}

Result<TempDir> TempDir::create(std::string_view purpose) {
  const char* base = std::getenv("TMPDIR");
  std::string name =
      (fs::path(base != nullptr && *base != '\0' ? base : "/tmp") / fmt::format("graduand-{}-XXXXXX", purpose))
          .string();
  if (::mkdtemp(name.data()) == nullptr) return io_failure("create a temporary folder", name, errno);
  return TempDir(fs::path(name));
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, fs::path())) {}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

fs::path user_data_dir() {
  return home_subdir("XDG_DATA_HOME", ".local/share");
}

fs::path user_cache_dir() {
  const char* own = std::getenv("GRADUAND_CACHE");
  if (own != nullptr && *own != '\0') return own;
  return home_subdir("XDG_CACHE_HOME", ".cache");
}

fs::path self_path() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed);
}

fs::path find_program(const std::string& name) {
  if (name.empty() || name.find('/') != std::string::npos)
    return is_executable_file(name) ? fs::path(name) : fs::path();
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
    if (folder.empty()) continue;  // POSIX means the working directory; nobody wants a program from there
    const fs::path candidate = fs::path(folder) / name;
    if (is_executable_file(candidate)) return candidate;
  }
  const fs::path cached = user_cache_dir() / "bin" / name;
  return is_executable_file(cached) ? cached : fs::path();
}

}  // namespace graduand
