// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/results/protocol.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/ending.h"
#include "framework/runner/messages.h"
#include "framework/runner/plan/suite.h"

namespace graduand::runner {

class AttemptRecorder;
class CellCluster;
struct RunScope;

// What the process of an attempt left when it ended.
struct AttemptLeft {
  const ProcessResult& result;
  const AttemptFiles& files;  // its folder, with what it wrote there
  const Collected& said;      // its messages, when its driver's processes send any
};

// How an attempt went, and what its record keeps of it.
struct JudgedAttempt {
  Ending ending;
  std::vector<results::Failure> failures{};
  std::vector<results::Failure> failed_tries{};  // the program's own repetitions that failed: attempts of their own
  std::vector<results::Measure> measures{};
  std::optional<std::string> last_phase{};  // that its own transitions led to
  // Of one that shared its process with others of its unit; else they are the process's.
  std::optional<Timestamp> started{};
  std::optional<milliseconds> took{};
};

// The images that a cell's nodes lack and cannot pull: why, by reference.
using MissingImages = std::map<std::string, std::string>;

// Ways to run attempts otherwise than each in a process of its own; see RunOptions.
enum class Together { kSharedProcesses, kConformance };
// The label of the cases that conformance is made of.
inline constexpr const char* kConformance = "Conformance";

// What a batch runs on and writes to. All of it outlives the batch.
struct BatchScope {
  const PlannedCell& cell;
  RunScope& run;
  AttemptRecorder& book;
  const CellCluster& cluster;
};

// Attempts that their driver runs together.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual std::vector<const PlannedAttempt*> attempts() const = 0;
  // Runs and records them, once; `number` tells the batches of a cell apart. Attempts that are still without a record
  // afterwards were interrupted, or the cell or the run is over. An error only when the run directory cannot be
  // written.
  virtual Status run(int number) = 0;
};

// How the programs of one kind of suite are run and judged. There is one for each loaded suite, shared by its copies;
// it never changes, so that threads may share it. Drivers are registered in drivers.cc, and nothing else knows them.
class SuiteDriver {
 public:
  virtual ~SuiteDriver() = default;

  // Whether the processes make the attempt's namespace, AttemptContext::ns.
  virtual bool wants_namespace() const { return false; }
  // Whether an attempt's process sends messages (results/protocol.h) on descriptor 3.
  virtual bool sends_messages() const { return false; }
  // What keeps a case from running on a cluster with these facts; asked before a process is started for it. Unless
  // overridden: the first of its needs that is unmet or of its images that is missing makes it skipped.
  virtual std::optional<Ending> kept_from_running(const SelectedCase& selected, const catalogue::CellFacts& facts,
                                                  const MissingImages& missing_images) const;
  // The process for one attempt. `files` is its folder, which is there and empty; `context` says all that is known of
  // the attempt and its cluster. Output goes to the files. An error makes the attempt infra-error.
  virtual Result<ProcessSpec> process(const SelectedCase& selected, const AttemptFiles& files,
                                      const results::AttemptContext& context) const = 0;
  // A function of what the attempt left, and nothing else; it may be asked again.
  virtual JudgedAttempt judge(const SelectedCase& selected, const AttemptLeft& left) const = 0;
  // The same of several cases of one unit (CaseInfo::unit), in their order, in one process; a judgement of each. Unless
  // overridden: of the first one, for drivers whose cases are in no unit.
  virtual Result<ProcessSpec> process_of_unit(const std::vector<SelectedCase>& unit, const AttemptFiles& files,
                                              const results::AttemptContext& context) const;
  virtual std::vector<JudgedAttempt> judge_unit(const std::vector<SelectedCase>& unit, const AttemptLeft& left) const;

  virtual bool runs_together(Together) const { return false; }
  // Takes those attempts of its suite from the queue that can run together in this way; what it leaves there runs in
  // isolation. The order of the queue is kept.
  virtual std::vector<std::unique_ptr<Batch>> take_batches(Together how, std::deque<const PlannedAttempt*>& queue,
                                                           const BatchScope& scope) const;
};

}  // namespace graduand::runner
