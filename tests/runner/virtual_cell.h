// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "framework/base/text.h"
#include "framework/runner/cells/cell_run.h"
#include "framework/runner/gtest/suite.h"
#include "tests/runner/fake_cluster.h"
#include "tests/runner/scripted_pool.h"
#include "tests/runner/scripted_run.h"

namespace graduand::runner {

// Keeps records in memory; may fail from some record on.
class MemorySink final : public results::RecordSink {
 public:
  std::vector<results::Record> records;
  std::optional<std::size_t> full_after;
  Status append(const results::Record& record) override {
    if (full_after && records.size() >= *full_after)
      return fail(ErrorKind::kInfrastructure, "cannot write: disk full", "/memory");
    records.push_back(record);
    return {};
  }
  std::vector<results::Attempt> attempts() const {
    std::vector<results::Attempt> all;
    for (const auto& record : records)
      if (const auto* attempt = std::get_if<results::Attempt>(&record)) all.push_back(*attempt);
    return all;
  }
};

// One cell on a fake cluster, its children scripted, its time virtual: what runs when, and nothing else.
class VirtualCell : public testing::Test {
 protected:
  catalogue::CaseInfo& add_case(const std::string& name) {
    catalogue::CaseInfo info;
    info.suite = "suite";
    info.id = "suite/" + name;
    info.name = name;
    info.time_limit = seconds(60);
    return suites.at(0).cases.emplace_back(std::move(info));
  }
  // Plans all cases and runs them.
  Result<CellRun::End> run(int repeat = 1) {
    suites.at(0).file.name = "suite";
    suites.at(0).file.binary = "/suite";
    if (!suites.at(0).driver) suites.at(0).driver = gtest_driver();
    description.profile = "profile";
    description.name = "on";
    description.kubernetes_version = {1, 33, 13, {}};
    plan = make_plan("run", {{"/profile.yaml", description}}, select_cases(suites, {}), repeat, 1);
    recorder.emplace(sink, folder.path(), observer);
    RunScope scope{run_id, suites, provider_for, options, *recorder, clock, token, make_pool};
    return CellRun(plan.cells.at(0), scope, true).run();
  }
  // "start a", "end a", …: the case's name and, after the first, its number: "a.2".
  std::vector<std::string> log() const {
    std::vector<std::string> lines;
    for (const std::string& line : pool->log) {
      const auto parts = split(line, '/');
      lines.push_back(line.substr(0, line.find(' ') + 1) + parts.at(parts.size() - 2) +
                      (parts.back() == "1" ? "" : "." + parts.back()));
    }
    return lines;
  }

  TempDir folder = TempDir::create("virtual").value();
  FakeClock clock{Timestamp{}};
  MemorySink sink;
  LoggingObserver observer;
  std::optional<Recorder> recorder;
  std::string run_id = "run";
  std::vector<LoadedSuite> suites{1};
  catalogue::CellDescription description;
  FakeProvider provider;
  ProviderFor provider_for = [this](const PlannedCell&) -> Result<cluster::Provider*> { return &provider; };
  RunOptions options;
  CancelSource cancel;
  CancelToken token = cancel.token();
  std::map<std::string, ScriptedPool::Script> scripts;  // by case name; others take a second and pass
  ScriptedPool* pool = nullptr;                         // of the cell
  Plan plan;
  std::function<std::unique_ptr<ChildPool>()> make_pool = [this] { return new_pool(); };

 private:
  std::unique_ptr<ChildPool> new_pool() {
    auto made = std::make_unique<Forwarded>(shared_);
    pool = &shared_;
    return made;
  }
  // The pool outlives the cell, so that tests can ask it.
  class Forwarded final : public ChildPool {
   public:
    explicit Forwarded(ScriptedPool& pool) : pool_(pool) {}
    Result<Id> start(ProcessSpec spec) override { return pool_.start(std::move(spec)); }
    std::optional<Finished> wait_next(milliseconds limit, const CancelToken& stop, int wake_fd) override {
      return pool_.wait_next(limit, stop, wake_fd);
    }
    void terminate_all() override { pool_.terminate_all(); }
    void terminate(Id id, bool timed_out) override { pool_.terminate(id, timed_out); }
    std::size_t running() const override { return pool_.running(); }

   private:
    ScriptedPool& pool_;
  };
  ScriptedPool shared_{clock, [this](const std::string& attempt) {
                         const auto parts = split(attempt, '/');
                         const auto found = scripts.find(parts.at(parts.size() - 2));
                         return found == scripts.end() ? ScriptedPool::Script{} : found->second;
                       }};
};

}  // namespace graduand::runner
