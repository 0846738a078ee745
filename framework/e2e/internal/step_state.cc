// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/step_state.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

#include "framework/base/file_lock.h"
#include "framework/base/files.h"
#include "framework/e2e/case_error.h"

namespace graduand::e2e {

StepState::StepState(std::filesystem::path state_file, std::filesystem::path finish_file, CancelToken cancel)
    : state_file_(std::move(state_file)),
      finish_file_(std::move(finish_file)),
      cancel_(std::move(cancel)),
      heard_(finish_file_.empty()) {
  if (finish_file_.empty()) return;
  watch_fd_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (watch_fd_ >= 0) ::inotify_add_watch(watch_fd_, finish_file_.parent_path().c_str(), IN_CREATE | IN_MOVED_TO);
}

StepState::~StepState() {
  if (watch_fd_ >= 0) ::close(watch_fd_);
}

json::object StepState::read() const {
  if (state_file_.empty()) return in_memory_;
  auto text = read_file(state_file_);
  if (!text) {
    if (text.error().kind == ErrorKind::kNotFound) return {};
    throw CaseError(to_string(text.error()), true);
  }
  auto value = parse_json(*text, state_file_.string());
  if (!value || !value->is_object()) throw CaseError(state_file_.string() + " is no JSON object", true);
  return std::move(value->get_object());
}

void StepState::keep(const std::string& key, json::value value) {
  if (state_file_.empty()) {
    in_memory_[key] = std::move(value);
    return;
  }
  std::error_code ignored;
  fs::create_directories(state_file_.parent_path(), ignored);
  auto lock = FileLock::acquire(state_file_.string() + ".lock", FileLock::kForever);
  if (!lock) throw CaseError(to_string(lock.error()), true);
  json::object all = read();
  all[key] = std::move(value);
  if (auto written = write_file_atomically(state_file_, pretty_json(all)); !written)
    throw CaseError(to_string(written.error()), true);
}

json::value StepState::kept(const std::string& key, std::source_location where) const {
  const json::object all = read();
  const auto* found = all.if_contains(key);
  if (found == nullptr) throw CaseError("no earlier step kept '" + key + "'", false, where);
  return *found;
}

bool StepState::told_to_finish(milliseconds limit) {
  std::error_code ignored;
  if (!heard_ && !fs::exists(finish_file_, ignored)) {
    std::array<pollfd, 2> fds = {pollfd{watch_fd_, POLLIN, 0}, pollfd{cancel_.poll_fd(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), static_cast<int>(limit.count()));
    std::array<char, 4096> names;
    while (watch_fd_ >= 0 && ::read(watch_fd_, names.data(), names.size()) > 0) {
    }
  }
  if (cancel_.cancelled()) throw CaseError("stopped", false);
  heard_ = heard_ || fs::exists(finish_file_, ignored);
  return heard_;
}

}  // namespace graduand::e2e
