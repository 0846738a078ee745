// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "framework/base/file_lock.h"
#include "framework/base/files.h"
#include "framework/results/record_sink.h"
#include "framework/results/record_times.h"
#include "framework/results/records.h"
#include "framework/results/run_plan.h"

namespace graduand::results {

// The files of one run:
//   run.json          the Run (rewritten once, at the end)
//   plan.json         what was planned, for --resume (the runner's)
//   attempts.jsonl    cluster instances, transitions, attempts and facts, one JSON object a line, in order of writing
//   junit.xml         written at the end
//   attempts/<cell>/<case>.<n>/  context.json, stdout.txt, stderr.txt and artifacts/
//                     (<case>@<phase>.<n> in a cell with transitions)
//   clusters/<cell>/  logs, and steps/<case>.<n>.json: what the steps of a phased case keep for one another
namespace layout {
inline constexpr const char* kRun = "run.json";
inline constexpr const char* kPlan = "plan.json";
inline constexpr const char* kRecords = "attempts.jsonl";
inline constexpr const char* kJunit = "junit.xml";
inline constexpr const char* kLock = ".lock";
}  // namespace layout

// The only writer of a run directory; holds its lock. Not thread-safe.
class RunDirectoryWriter final : public RecordSink {
 public:
  // A new directory; kConflict when it already holds a run.
  static Result<RunDirectoryWriter> create(const std::filesystem::path& path, const Run& run);
  // An existing one, for --resume: run.json must be there; a torn last line is cut off.
  // A predecessor that was killed may still be on its way out: it is waited for, at most `limit`.
  static Result<RunDirectoryWriter> reopen(const std::filesystem::path& path, milliseconds limit = seconds(5));
  Status append(const Record& record) override;
  // Writes run.json again, with `finished`, or without when the run goes on.
  Status finish(const Run& run);
  const std::filesystem::path& path() const { return path_; }

 private:
  RunDirectoryWriter(std::filesystem::path path, FileLock lock, LineAppender records);
  std::filesystem::path path_;
  FileLock lock_;
  LineAppender records_;
};

struct RunContents {
  Run run;
  std::vector<ClusterInstance> instances;
  std::vector<Transition> transitions;
  std::vector<Attempt> attempts;
  std::vector<Fact> facts;
  std::optional<RunPlan> plan;  // of plan.json; nothing when there is none
  bool torn = false;            // the last line was incomplete and was left out
};

// plan.json, of whatever size: a plan that could be written can be read. kNotFound when there is none.
Result<json::value> read_plan_file(const std::filesystem::path& directory);
// kUsage naming file:line for a record that does not parse or is out of time (record_times.h), and naming plan.json
// when that is malformed or another run's.
Result<RunContents> read_run_directory(const std::filesystem::path& path);

}  // namespace graduand::results
