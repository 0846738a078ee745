// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>

#include "framework/runner/observer.h"

namespace graduand::runner {

// Tells another observer one thing at a time, from whatever thread it comes.
class SerialObserver final : public Observer {
 public:
  explicit SerialObserver(Observer& told) : told_(told) {}
  void on_cell_started(const catalogue::CellDescription& cell) override { tell(&Observer::on_cell_started, cell); }
  void on_cell_progress(const catalogue::CellDescription& cell, const std::string& step) override {
    tell(&Observer::on_cell_progress, cell, step);
  }
  void on_instance(const results::ClusterInstance& instance) override { tell(&Observer::on_instance, instance); }
  void on_attempt_started(const PlannedAttempt& attempt) override { tell(&Observer::on_attempt_started, attempt); }
  void on_attempt_progress(const PlannedAttempt& attempt, const std::string& message) override {
    tell(&Observer::on_attempt_progress, attempt, message);
  }
  void on_attempt(const results::Attempt& attempt) override { tell(&Observer::on_attempt, attempt); }
  void on_transition(const catalogue::CellDescription& cell, const results::Transition& transition) override {
    tell(&Observer::on_transition, cell, transition);
  }
  void on_cell_finished(const catalogue::CellDescription& cell, bool kept) override {
    tell(&Observer::on_cell_finished, cell, kept);
  }
  void on_notice(const std::string& text) override { tell(&Observer::on_notice, text); }

 private:
  template <class Member, class... Arguments>
  void tell(Member member, const Arguments&... arguments) {
    const std::lock_guard<std::mutex> lock(mutex_);
    (told_.*member)(arguments...);
  }
  std::mutex mutex_;
  Observer& told_;
};

}  // namespace graduand::runner
