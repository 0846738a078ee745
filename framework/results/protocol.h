// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "framework/catalogue/phase.h"
#include "framework/results/records.h"

namespace graduand::results {

// What the runner gives a suite's process: a JSON file (mode 0600) named by --attempt FILE.
struct AttemptContext {
  std::string attempt_id;
  std::string run_id;
  std::string instance_id;
  std::string case_id;
  std::uint64_t seed = 0;
  std::string ns;          // the namespace to create, unique to the attempt; empty without a cluster
  std::string kubeconfig;  // path; empty without a cluster
  std::string kube_context;
  std::string provider;  // for node access
  std::string cluster_name;
  milliseconds time_limit{0};
  catalogue::CellFacts facts;
  catalogue::GateMap host_added_gates;
  std::string artifacts;                                  // a folder for what the case keeps (events, pod states)
  std::string phase = catalogue::kInitialPhase;           // in which it starts
  std::vector<catalogue::TransitionRequest> transitions;  // of its cell, in order
  // Of a step of a phased case: a JSON file that it shares with the case's other steps, as it shares `ns`.
  std::string state_file;
  // Of a step that goes throughout: a file that appears when it is to finish.
  std::string finish_file;
};
json::object to_json(const AttemptContext& context);
Result<AttemptContext> attempt_context_from_json(const json::value& value);

// What the process writes to descriptor 3, a JSON object a line. Exactly one Terminal, last.
struct Terminal {
  Outcome outcome = Outcome::kNotRun;  // passed, failed, skipped or infra-error
  std::string reason;
};
struct Progress {
  std::string message;
};
using Message = std::variant<Measure, Failure, Transition, Progress, Terminal>;
json::object to_json(const Message& message);
// kUsage on anything else; lines are limited to 1 MiB by the reader.
Result<Message> message_from_line(std::string_view line);

inline constexpr int kRecordFd = 3;

// How an attempt that is told to stop (SIGTERM) ends. Its body has kBodyGrace to come back; then, or when it came back,
// the process says its last words: it keeps events and logs and deletes the namespace. Whoever still runs kStopGrace
// after the signal is killed.
inline constexpr milliseconds kBodyGrace{2000};
inline constexpr milliseconds kLastWordsGrace{15000};
inline constexpr milliseconds kStopGrace = kBodyGrace + kLastWordsGrace;

}  // namespace graduand::results
