// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/results/protocol.h"

namespace graduand::runner {

// What one attempt's process has said on its record pipe.
struct Collected {
  std::vector<results::Failure> failures;
  std::vector<results::Measure> measures;
  std::optional<results::Terminal> terminal;  // the first one
  int terminals = 0;
  int after_terminal = 0;                 // other messages after it
  int unreadable = 0;                     // lines that are no message
  std::string first_problem;              // what was wrong with the first of those
  bool failed = false;                    // a failure was reported, kept or not
  std::optional<std::string> last_phase;  // that its own transitions led to
  std::size_t dropped = 0;                // messages beyond the limits
};

// Reads the lines of one process's record pipe. What it says is foreign input, so it is bounded: lines of 1 MiB, 10,000
// messages, 8 MiB in all, 64 KiB a string. A terminal record is heard even beyond that.
class MessageCollector {
 public:
  using OnProgress = std::function<void(const std::string& message)>;
  using OnTransition = std::function<void(results::Transition transition)>;  // as sent: ids are not filled in
  MessageCollector(OnProgress on_progress, OnTransition on_transition);
  void line(std::string_view text);
  const Collected& collected() const { return collected_; }
  Collected take() { return std::move(collected_); }

 private:
  void unreadable(const std::string& problem);
  void keep(results::Message message);
  OnProgress on_progress_;
  OnTransition on_transition_;
  Collected collected_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace graduand::runner
