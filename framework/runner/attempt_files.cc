// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/attempt_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "framework/base/processes/process_spawn.h"
#include "framework/base/text.h"
#include "framework/results/utf8.h"
#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::streamoff kLastWords = 4096;

tl::unexpected<Error> cannot(const std::string& what, const fs::path& path, const std::error_code& why) {
  const bool full = why == std::errc::no_space_on_device;
  return fail(ErrorKind::kInfrastructure, "cannot " + what + ": " + (full ? "disk full" : why.message()),
              path.string());
}

}  // namespace

AttemptFiles::AttemptFiles(const fs::path& run_directory, const std::string& cell, const PlannedAttempt& attempt)
    : relative_(fs::path("attempts") / path_name(cell) /
                (path_name(attempt.case_id) + (attempt.phase.empty() ? "" : "@" + path_name(attempt.phase)) + "." +
                 std::to_string(attempt.number))),
      folder_(fs::absolute(run_directory) / relative_) {}

std::string AttemptFiles::relative_if_there(const fs::path& file) const {
  std::error_code ignored;
  return fs::exists(file, ignored) ? (relative_ / file.filename()).string() : std::string();
}

std::string AttemptFiles::last_words() const {
  for (const fs::path& path : {stderr_file(), stdout_file()}) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : 0;
    if (size <= 0) continue;
    std::string words(static_cast<std::size_t>(std::min(size, kLastWords)), '\0');
    file.seekg(size - static_cast<std::streamoff>(words.size()));
    if (file.read(words.data(), static_cast<std::streamsize>(words.size())) && !trim(words).empty())
      return results::valid_utf8(words);
  }
  return {};
}

Status AttemptFiles::prepare() const {
  std::error_code failed;
  if (!fs::create_directories(folder_, failed) && !failed) {
    fs::remove_all(folder_, failed);
    if (!failed) fs::create_directories(folder_, failed);
  }
  if (failed) return cannot("make the attempt's folder", folder_, failed);
  return {};
}

Status AttemptFiles::write_context(const results::AttemptContext& context) const {
  // Not write_file_atomically: it waits for the disk, and nobody reads this file after a power cut.
  const std::string text = json::serialize(results::to_json(context)) + "\n";
  const OwnedFd fd(::open(this->context().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  std::string_view rest = text;
  while (fd.open() && !rest.empty()) {
    const ssize_t written = ::write(fd.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!rest.empty())
    return cannot("write the attempt's context", this->context(), std::error_code(errno, std::generic_category()));
  return {};
}

Status AttemptFiles::tell_to_finish() const {
  const OwnedFd fd(::open(finish_file().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.open())
    return cannot("tell the attempt to finish", finish_file(), std::error_code(errno, std::generic_category()));
  return {};
}

}  // namespace graduand::runner
