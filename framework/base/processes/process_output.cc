// SPDX-License-Identifier: Apache-2.0
#include "framework/base/processes/process_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace graduand {

void LineSplitter::feed(std::string_view chunk) {
  constexpr std::size_t kLongest = 4u << 20;
  if (!callback_) return;
  while (!chunk.empty()) {
    const std::size_t newline = chunk.find('\n');
    const std::string_view piece = chunk.substr(0, newline);
    too_long_ = too_long_ || partial_.size() + piece.size() > kLongest;
    if (too_long_) {
      partial_.clear();
    } else if (newline == std::string_view::npos || !partial_.empty()) {
      partial_ += piece;
    }
    if (newline == std::string_view::npos) return;
    if (!too_long_) callback_(partial_.empty() ? piece : std::string_view(partial_));
    too_long_ = false;
    partial_.clear();
    chunk.remove_prefix(newline + 1);
  }
}

OutputSink::OutputSink(std::size_t limit, const std::filesystem::path& file, LineSplitter::Callback on_line)
    : limit_(limit), file_(file), lines_(std::move(on_line)) {}

// At the first byte: most children write nothing to stderr, and thousands of empty files cost more than the children.
void OutputSink::open_file() {
  std::error_code ignored;  // open() reports what matters
  if (file_.has_parent_path()) std::filesystem::create_directories(file_.parent_path(), ignored);
  fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd_ < 0) error_ = fmt::format("cannot open {}: {}", file_.string(), std::generic_category().message(errno));
}

OutputSink::~OutputSink() {
  if (fd_ >= 0) ::close(fd_);
}

void OutputSink::feed(std::string_view chunk) {
  const std::string_view kept = chunk.substr(0, limit_ - kept_);
  kept_ += kept.size();
  dropped_ += chunk.size() - kept.size();
  if (!kept.empty()) {
    last_kept_ = kept.back();
    if (file_.empty()) {
      text_ += kept;
    } else {
      if (fd_ < 0 && error_.empty()) open_file();
      write_to_file(kept);
    }
  }
  lines_.feed(chunk);
}

void OutputSink::close() {
  if (dropped_ != 0 && !file_.empty()) {
    write_to_file(fmt::format("{}[graduand: {} bytes of output dropped beyond the limit of {} bytes]\n",
                              last_kept_ == '\n' ? "" : "\n", dropped_, limit_));
  }
  if (fd_ >= 0 && ::close(fd_) != 0 && error_.empty())
    error_ = fmt::format("cannot write {}: {}", file_.string(), std::generic_category().message(errno));
  fd_ = -1;
}

void OutputSink::write_to_file(std::string_view bytes) {
  while (fd_ >= 0 && error_.empty() && !bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_ = fmt::format("cannot write {}: {}", file_.string(), std::generic_category().message(errno));
    }
  }
}

}  // namespace graduand
