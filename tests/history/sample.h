// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/results/run_directory.h"

namespace graduand::history::test {

inline Timestamp at(const std::string& text) {
  return parse_rfc3339(text).value();
}

// A finished periodic run with one cluster instance and no attempts yet.
inline results::RunContents sample_run(const std::string& id, const std::string& started) {
  results::RunContents contents;
  contents.run.id = id;
  contents.run.started = at(started);
  contents.run.finished = at(started) + std::chrono::minutes(30);
  contents.run.trigger = results::Trigger::kPeriodic;
  contents.run.job = "ci-f";
  contents.run.build_id = id;
  results::ClusterInstance instance;
  instance.id = id + "/sleep/on/1";
  instance.run_id = id;
  instance.cell.profile = "sleep";
  instance.cell.name = "on";
  instance.cell.kubernetes_version = {1, 33, 13};
  instance.created = contents.run.started;
  contents.instances.push_back(instance);
  return contents;
}

// Adds an attempt to the run's instance; each starts a second after the one before.
inline results::Attempt& add_attempt(results::RunContents& contents, const std::string& case_id,
                                     results::Outcome outcome, const std::string& feature = "F") {
  results::Attempt attempt;
  const auto& instance = contents.instances.front();
  const auto count = static_cast<int>(contents.attempts.size());
  attempt.id = contents.run.id + "/sleep/on/" + case_id + "/" + std::to_string(count + 1);
  attempt.run_id = contents.run.id;
  attempt.instance_id = instance.id;
  attempt.cell = instance.cell.display_name();
  attempt.fingerprint = instance.cell.fingerprint();
  attempt.suite = "suite";
  attempt.case_id = case_id;
  attempt.case_name = case_id;
  attempt.features = {feature};
  attempt.started = contents.run.started + seconds(count + 1);
  attempt.outcome = outcome;
  attempt.kubernetes_version = "v1.33.13";
  contents.attempts.push_back(attempt);
  return contents.attempts.back();
}

}  // namespace graduand::history::test
