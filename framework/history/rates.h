// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/history/store.h"

namespace graduand::history {

// Counts of one case in one cell (by fingerprint) of one provider.
struct CaseCell {
  std::string case_id;
  std::string case_name;
  std::string suite;
  std::vector<std::string> features;
  std::string fingerprint;
  std::string cell;  // display name, of the newest attempt
  std::string kubernetes_version;
  std::string provider;    // of the attempts' cluster instances; empty when no record says it
  bool simulated = false;  // by the attempts' own word, or by the provider none
  long attempts = 0;       // all but not-run
  long passed = 0;
  long failed = 0;  // failed, timed-out or crashed
  long skipped = 0;
  long infra_error = 0;
  long not_run = 0;
  long runs = 0;            // runs in which it ran (passed or failed) at least once
  long failed_runs = 0;     // of those, runs in which it failed at least once
  long instances = 0;       // cluster instances in which it ran; repeats inside one are correlated
  bool flake = false;       // passed and failed with the same inputs: see below
  std::string skip_reason;  // the newest
  Timestamp first{};
  Timestamp last{};
  bool repeats_correlated() const { return passed + failed > instances; }
};

// Groups a selection by case, cell fingerprint, provider and whether it is simulated, ordered by case id and cell: what
// ran without a cluster, or on somebody's own, says nothing of what ran on ours. A flake is a case that passed and
// failed with the same case, cell fingerprint, phase, Kubernetes version and suite revision.
std::vector<CaseCell> case_cells(const Selection& selection);

}  // namespace graduand::history
