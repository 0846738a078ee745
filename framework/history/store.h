// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/results/mark.h"
#include "framework/results/run_directory.h"

namespace graduand::history {

struct IngestSummary {
  std::string run_id;
  int runs = 0;       // 1 when the run was new
  int instances = 0;  // newly added
  int transitions = 0;
  int attempts = 0;
  int facts = 0;
  int already_there = 0;  // records that were known, byte for byte
};

// What to read. Empty members do not restrict.
struct Query {
  std::string feature{};
  std::string case_id{};
  std::optional<Timestamp> since{};  // attempt started at or after
  std::optional<Timestamp> until{};  // before
  std::vector<std::string> run_ids{};
  // As the history was after this many ingests and marks, whatever came in later; kUsage naming the newest when it is
  // beyond it. An ingest that adds nothing does not count. What was there before ingests were numbered is of the first.
  std::optional<long> up_to{};
};

// How much a history had taken in: the number of its ingests and marks, and when the last of them was.
struct Watermark {
  long number = 0;
  Timestamp at{};
};

// Everything that a query found. Beside the attempts: their runs, and runs that have no attempt of any case and started
// in the same time (a cluster that never came up is evidence too); of those runs, every cluster instance and
// transition, fact and plan, of whatever feature.
struct Selection {
  std::vector<results::Run> runs;                   // ordered by started, then id
  std::vector<results::ClusterInstance> instances;  // in the order of the runs, then by id
  std::vector<results::Transition> transitions;     // in the order of the runs, then by started
  std::vector<results::Attempt> attempts;           // ordered by started, then id
  std::vector<long> attempt_numbers;                // the history's own gapless number of each attempt
  std::vector<results::Fact> facts;                 // in the order of the runs, then by measured, then id
  std::vector<results::RunPlan> plans;              // in the order of the runs; of a run without plan.json none
  std::vector<results::Mark> marks;                 // all of the history, in the order of making
  std::optional<Watermark> watermark;               // nothing for run directories that were read directly
};

// A history that is read. Thread-safe per object; others may add to it meanwhile.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  virtual Result<Selection> select(const Query& query) = 0;
  // All runs by start time, newest last.
  virtual Result<std::vector<results::Run>> runs() = 0;
};

// Append-only memory of runs. Records are never changed: ingesting a record whose id is there with other content is a
// kConflict that names it, and nothing of that run is added. The one exception is the Run itself, which a run directory
// rewrites at its end and after a resume: the one that finished last is kept (an unfinished one never replaces it). Its
// start, trigger, job, build id and whether it is simulated must stay the same even then; what it was at each ingest is
// kept, for Query::up_to. Scheduled runs (trigger periodic) are told apart by job and build id: one that lacks either
// is kUsage, and another run with the same pair is a kConflict. Thread-safe per object;
// several processes may use one store at once (they wait for each other, up to a minute).
class Store : public StoreReader {
 public:
  // One transaction: all of a run directory, or nothing. Idempotent. kUsage for records out of time (see
  // results/record_times.h) or of another run.
  virtual Result<IngestSummary> ingest(const results::RunContents& contents) = 0;
  // Numbers the mark, dates it (`made` is now, by the store's clock), keeps it and returns it. kUsage when it lacks
  // something (see results::check), when the target of kInfrastructure is not in the history, or kFixed names a case
  // that has no attempt for the feature (with a did-you-mean).
  virtual Result<results::Mark> add_mark(results::Mark mark) = 0;
};

// Opens or creates a SQLite file and migrates its schema to ours. kUsage when it is no history, or was written by a
// newer version (naming both); kInfrastructure for I/O.
// `clock` says when ingests happen and marks are made, and must outlive the store.
Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& path, const Clock& clock = system_clock());

// Opens a SQLite file that is there and leaves it and its folder as they are. kNotFound when it is not there; kUsage
// when it is no history, or not of our schema (with what to do); kInfrastructure for I/O.
Result<std::unique_ptr<StoreReader>> open_sqlite_to_read(const std::filesystem::path& path);

// A history without anything, for who has none yet.
Result<std::unique_ptr<StoreReader>> empty_history();

// user_data_dir()/history.db
std::filesystem::path default_history_path();

// A selection straight from run directories, for `judge --run` and `report --run`; same order and content as after
// ingesting them, numbered from 1, without marks and a watermark. kUsage for Query::up_to, which asks for a history.
Result<Selection> select_from(const std::vector<results::RunContents>& runs, const Query& query);

}  // namespace graduand::history
