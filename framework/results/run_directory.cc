// SPDX-License-Identifier: Apache-2.0
#include "framework/results/run_directory.h"

#include <fmt/format.h>

#include <fstream>
#include <limits>

#include "framework/results/utf8.h"

namespace graduand::results {
namespace {

namespace fs = std::filesystem;

Status write_run(const fs::path& path, const Run& run) {
  return write_file_atomically(path / layout::kRun, pretty_json(to_json(Record(run))));
}

Result<FileLock> lock(const fs::path& path, milliseconds limit) {
  auto held = FileLock::acquire(path / layout::kLock, limit);
  if (!held && held.error().kind == ErrorKind::kConflict) {
    return fail(ErrorKind::kConflict, "another graduand is writing to this run directory: " + held.error().message,
                path.string(), "wait for it to end, or choose another --output");
  }
  return held;
}

Result<Run> read_run(const fs::path& path) {
  const fs::path file = path / layout::kRun;
  auto text = read_file(file);
  if (!text && text.error().kind == ErrorKind::kNotFound) {
    return fail(ErrorKind::kUsage, std::string("this folder holds no run: ") + layout::kRun + " is missing",
                path.string());
  }
  GRADUAND_TRY(text);
  GRADUAND_TRY_ASSIGN(const json::value value, parse_json(*text, file.string()));
  auto record = record_from_json(value);
  if (!record) {
    record.error().where = file.string() + ":1";
    return fail(std::move(record).error());
  }
  auto* run = std::get_if<Run>(&*record);
  if (run == nullptr) return fail(ErrorKind::kUsage, "expected a record of type run", file.string() + ":1");
  if (auto in_time = check_times(*run); !in_time) {
    in_time.error().where = file.string() + ":1";
    return fail(std::move(in_time).error());
  }
  return std::move(*run);
}

// A run is in run.json; one here would be another's.
Status add(RunContents&, const Run&) {
  return {};
}
Status add(RunContents& contents, ClusterInstance&& instance) {
  contents.instances.push_back(std::move(instance));
  return {};
}
Status add(RunContents& contents, Transition&& transition) {
  GRADUAND_TRY(check_times(contents.run, transition));
  contents.transitions.push_back(std::move(transition));
  return {};
}
Status add(RunContents& contents, Attempt&& attempt) {
  GRADUAND_TRY(check_times(contents.run, attempt));
  contents.attempts.push_back(std::move(attempt));
  return {};
}
Status add(RunContents& contents, Fact&& fact) {
  contents.facts.push_back(std::move(fact));
  return {};
}

Status read_records(const fs::path& file, RunContents& contents) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {};  // killed before the first record
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(ErrorKind::kInfrastructure, "the records cannot be opened", file.string());
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (stream.eof()) {  // no newline: its writer was killed in mid-write
      contents.torn = true;
      break;
    }
    const std::string where = fmt::format("{}:{}", file.string(), number);
    auto record = parse_json(line, where).and_then(record_from_json);
    Status added = record ? std::visit([&](auto&& one) { return add(contents, std::forward<decltype(one)>(one)); },
                                       std::move(*record))
                          : Status(fail(std::move(record).error()));
    if (!added) {
      added.error().where = where;
      return added;
    }
  }
  if (stream.bad()) return fail(ErrorKind::kInfrastructure, "the records cannot be read", file.string());
  return {};
}

Status read_plan(const fs::path& path, RunContents& contents) {
  const auto value = read_plan_file(path);
  if (!value && value.error().kind == ErrorKind::kNotFound) return {};  // made by another program, or killed at once
  GRADUAND_TRY(value);
  const std::string file = (path / layout::kPlan).string();
  auto plan = RunPlan::from_plan_file(*value);
  if (!plan) {
    plan.error().where = file;
    return fail(std::move(plan).error());
  }
  if (plan->run_id != contents.run.id)
    return fail(
        ErrorKind::kUsage,
        fmt::format("the plan is that of run '{}', and {} holds run '{}'", plan->run_id, layout::kRun, contents.run.id),
        file, "keep a run's files together as the run wrote them");
  contents.plan = std::move(*plan);
  return {};
}

}  // namespace

Result<json::value> read_plan_file(const fs::path& directory) {
  const fs::path file = directory / layout::kPlan;
  constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
  GRADUAND_TRY_ASSIGN(const std::string text, read_file(file, kAny));
  return parse_json(text, file.string(), JsonLimits{.max_bytes = kAny});
}

RunDirectoryWriter::RunDirectoryWriter(fs::path path, FileLock held, LineAppender records)
    : path_(std::move(path)), lock_(std::move(held)), records_(std::move(records)) {}

Result<RunDirectoryWriter> RunDirectoryWriter::create(const fs::path& path, const Run& run) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    return fail(ErrorKind::kInfrastructure, "the run directory cannot be made: " + error.message(), path.string());
  }
  GRADUAND_TRY_ASSIGN(FileLock held, lock(path, milliseconds(0)));
  for (const char* name : {layout::kRun, layout::kRecords}) {
    if (!fs::exists(path / name, error)) continue;
    return fail(ErrorKind::kConflict, std::string("the folder already holds a run: there is a ") + name, path.string(),
                "choose another --output, or continue that run with --resume");
  }
  GRADUAND_TRY(write_run(path, run));
  GRADUAND_TRY_ASSIGN(LineAppender records, LineAppender::open(path / layout::kRecords));
  return RunDirectoryWriter(path, std::move(held), std::move(records));
}

Result<RunDirectoryWriter> RunDirectoryWriter::reopen(const fs::path& path, milliseconds limit) {
  // Before the lock, which would make a file in a folder that is not ours.
  GRADUAND_TRY(read_run(path));
  GRADUAND_TRY_ASSIGN(FileLock held, lock(path, limit));
  GRADUAND_TRY_ASSIGN(LineAppender records, LineAppender::open(path / layout::kRecords));
  return RunDirectoryWriter(path, std::move(held), std::move(records));
}

Status RunDirectoryWriter::append(const Record& record) {
  return records_.append(canonical_json(to_json(record)));
}

Status RunDirectoryWriter::finish(const Run& run) {
  return write_run(path_, run);
}

Result<RunContents> read_run_directory(const fs::path& path) {
  RunContents contents;
  GRADUAND_TRY_ASSIGN(contents.run, read_run(path));
  GRADUAND_TRY(read_plan(path, contents));
  GRADUAND_TRY(read_records(path / layout::kRecords, contents));
  return contents;
}

}  // namespace graduand::results
