// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "framework/base/clock.h"
#include "framework/base/json.h"
#include "framework/catalogue/cell.h"

namespace graduand::results {

inline constexpr int kSchemaVersion = 1;

enum class Outcome { kPassed, kFailed, kTimedOut, kCrashed, kSkipped, kInfraError, kNotRun };
const char* to_string(
    Outcome outcome);  // "passed", "failed", "timed-out", "crashed", "skipped", "infra-error", "not-run"
Result<Outcome> parse_outcome(std::string_view text);
inline bool is_failure(Outcome o) {
  return o == Outcome::kFailed || o == Outcome::kTimedOut || o == Outcome::kCrashed;
}
// Whether it counts in a failure rate's denominator: passed or is_failure.
inline bool ran(Outcome o) {
  return o == Outcome::kPassed || is_failure(o);
}

enum class Trigger { kPeriodic, kPresubmit, kManual, kReproduce };
const char* to_string(Trigger trigger);
Result<Trigger> parse_trigger(std::string_view text);

struct Host {
  std::string os;
  std::string kernel;
  int cpus = 0;
  std::int64_t memory_bytes = 0;
  std::string container_runtime;  // "docker 20.10.24"
};

// Why, where and with what an invocation ran.
struct Run {
  std::string id;
  Timestamp started{};
  std::optional<Timestamp> finished;
  Trigger trigger = Trigger::kManual;
  std::string job;
  std::string build_id;
  std::string change;  // presubmit: what was tested, "kubernetes/kubernetes#128046"; empty when it is not known
  std::string harness_version;
  std::string harness_revision;
  std::vector<std::string> argv;
  std::string label_filter;
  std::uint64_t seed = 0;
  int repeat = 1;
  Host host;
  bool simulated = false;  // no real cluster: never evidence
};

struct NodeRecord {
  std::string name;
  std::string role;
  std::string image;
  std::string image_digest;  // "sha256:..."
  std::string provenance;    // how the image was made, from its labels; "published" for a pulled one
  std::string kubelet_version;
};

// One real cluster that was brought up for a cell. Written when it is ready, or when it failed to become so.
struct ClusterInstance {
  std::string id;  // "<run id>/<cell display name>/<n>"
  std::string run_id;
  catalogue::CellDescription cell;
  std::string provider;
  std::string cluster_name;
  Timestamp created{};
  milliseconds ready_after{0};
  std::vector<NodeRecord> nodes;
  catalogue::GateMap host_added_gates;  // set by the provider because this host needs them
  catalogue::CellFacts facts;           // effective gates and versions as read back
  Outcome outcome = Outcome::kPassed;   // passed: ready and verified; infra-error or failed otherwise
  std::string message;
};

struct Measure {
  std::string name;  // "termination_delay"
  double value = 0;
  std::string unit;  // "s"
};

// A change to a running cluster.
struct Transition {
  std::string id;
  std::string run_id;
  std::string instance_id;
  std::string attempt_id;  // the case that made it; empty when a profile did
  catalogue::TransitionRequest request;
  std::string phase_before;
  std::string phase_after;
  Timestamp started{};
  milliseconds took{0};
  std::vector<Measure> measures{};  // where the time went, in s: kubeadm, images, snapshot, waiting, own (the rest)
  Outcome outcome = Outcome::kPassed;
  std::string message;
};

struct Failure {
  std::string file;
  int line = 0;
  std::string message;
  bool fatal = false;
};

// One execution of one case: the atom of all evidence. Never changed after it is written.
struct Attempt {
  std::string id;  // "<run id>/<cell display name>/<case id>/<number>"
  std::string run_id;
  std::string instance_id;
  std::string cell;         // display name
  std::string fingerprint;  // the cell's
  std::string suite;
  std::string suite_revision;
  std::string case_id;
  std::string case_name;
  std::vector<std::string> features;
  std::vector<std::string> labels;
  int number = 1;  // repeat within the run's cell, from 1
  std::uint64_t seed = 0;
  Timestamp started{};
  milliseconds took{0};
  Outcome outcome = Outcome::kNotRun;
  std::string reason;  // of a skip, or of any outcome but passed: one line
  std::vector<Failure> failures;
  std::vector<Measure> measures;
  std::string phased_case;  // of a step: the id of the phased case; empty for an ordinary case
  std::string first_phase = "initial";
  std::string last_phase = "initial";
  std::string kubernetes_version;  // the API server's gitVersion
  std::string ns;
  std::string stdout_path;  // relative to the run directory
  std::string stderr_path;
  std::string source = "graduand";  // of a foreign attempt: its format and origin
  bool simulated = false;
};

// Something measured of a cluster that is evidence by itself.
struct Fact {
  std::string id;
  std::string run_id;
  std::string instance_id;
  std::string name;
  json::value value;
  Timestamp measured{};
};

// The fact that is recorded of each phase after the initial one: what was read back of the cluster when the phase
// began. Its value is {"phase": ..., "facts": CellFacts}.
inline constexpr const char* kPhaseFacts = "phase-facts";
struct PhaseFacts {
  std::string phase;
  catalogue::CellFacts facts;
};
// nullopt when it is another fact, or one that does not parse.
std::optional<PhaseFacts> phase_facts(const Fact& fact);

using Record = std::variant<Run, ClusterInstance, Transition, Attempt, Fact>;

// One JSON object with "type" (run, cluster-instance, transition, attempt, fact) and "schema_version". Members are
// named as in the structs, except: durations are decimal seconds, exact to the millisecond, and their names end in _s
// (took_s, ready_after_s); `ns` is "namespace". Times are RFC 3339 in UTC; a seed is a decimal string, because
// JavaScript and jq lose bits above 2^53; a measure that is not finite is null. Ill-formed UTF-8 is replaced by U+FFFD.
// Reading is tolerant of unknown members and refuses a newer schema (kUsage naming both versions).
json::object to_json(const Record& record);
Result<Record> record_from_json(const json::value& value);

}  // namespace graduand::results
