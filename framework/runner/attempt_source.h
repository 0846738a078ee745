// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "framework/runner/cells/step_ledger.h"

namespace graduand::runner {

// How an attempt runs: with others at the same time, by itself, or beside all that comes after the first phase.
enum class Turn { kTogether, kAlone, kThroughout };

// What is run next in one cell. Asked whenever an attempt may start, and told every record, so that what comes next may
// depend on what came before. Used by the cell's thread alone.
class AttemptSource {
 public:
  virtual ~AttemptSource() = default;
  // The next attempt that starts in this phase and runs like this; null when there is none: for now, as long as others
  // of the cell are under way. Lives as long as the source.
  virtual const PlannedAttempt* next(const std::string& phase, Turn turn) = 0;
  virtual void ended(const results::Attempt& attempt) = 0;
};

// The attempts of a plan, in its order: their numbers are settled before the first one starts.
class FixedAttempts final : public AttemptSource {
 public:
  // `cell` must outlive it. Attempts of cases that `cases` does not have run together: they are recorded at once.
  FixedAttempts(const PlannedCell& cell, const CasesById& cases);
  const PlannedAttempt* next(const std::string& phase, Turn turn) override;
  void ended(const results::Attempt&) override {}

 private:
  std::map<std::pair<std::string, Turn>, std::deque<const PlannedAttempt*>> waiting_;
};

}  // namespace graduand::runner
