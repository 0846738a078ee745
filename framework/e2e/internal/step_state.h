// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <source_location>
#include <string>

#include "framework/base/cancel.h"
#include "framework/base/json.h"

namespace graduand::e2e {

// What the steps of a phased case have in common beside their namespace: a small JSON record. And how one that goes
// throughout is told to finish. Not thread-safe within a process; several processes may keep values at once.
class StepState {
 public:
  // `state_file` empty, as by hand: values are kept in memory, so that no later step has them. `finish_file` empty: the
  // attempt does not go throughout, and has been told to finish from the start.
  StepState(std::filesystem::path state_file, std::filesystem::path finish_file, CancelToken cancel);
  ~StepState();
  StepState(const StepState&) = delete;
  StepState& operator=(const StepState&) = delete;

  // Replaces the value of `key`, atomically. CaseError (infrastructure) when it cannot be written.
  void keep(const std::string& key, json::value value);
  // As an earlier step, or this one, kept it. CaseError when none did.
  json::value kept(const std::string& key, std::source_location where = std::source_location::current()) const;

  // Waits until the step is told to finish, for `limit` at most. Whether it was. CaseError when the attempt is stopped.
  bool told_to_finish(milliseconds limit);
  // Whether the body heard that it was told, as one that goes throughout must.
  bool heard() const { return heard_; }

 private:
  json::object read() const;
  std::filesystem::path state_file_;
  std::filesystem::path finish_file_;
  CancelToken cancel_;
  json::object in_memory_;
  int watch_fd_ = -1;
  bool heard_;
};

}  // namespace graduand::e2e
