// SPDX-License-Identifier: Apache-2.0
#include "tests/runner/scripted_run.h"

#include "framework/runner/gtest/suite.h"

namespace graduand::runner {

std::string say(const results::Message& message) {
  return "printf '%s\\n' '" + json::serialize(results::to_json(message)) + "' >&3\n";
}

std::string say_terminal(results::Outcome outcome, const std::string& reason) {
  return say(results::Terminal{outcome, reason});
}

std::string passes() {
  return say_terminal(results::Outcome::kPassed);
}

void ScriptedRun::SetUp() {
  auto made = TempDir::create("runner-test");
  ASSERT_TRUE(made);
  folder_ = std::move(*made);
  bodies_.clear();
  run_record.id = "20261121t041000-ab12cd34";
  run_record.started = system_clock().now();
  suites[0].file.name = "suite";
  suites[0].driver = gtest_driver();
  suites[0].file.binary = folder_->path() / "suite.sh";
  suites[0].revision = "abc123";
}

catalogue::CaseInfo& ScriptedRun::add_case(const std::string& name, const std::string& body) {
  catalogue::CaseInfo info;
  info.suite = "suite";
  info.id = "suite/" + name;
  info.name = "The case " + name;
  info.features = {"PodLifecycleSleepAction"};
  info.time_limit = seconds(20);
  bodies_.emplace_back(info.id, body);
  return suites[0].cases.emplace_back(std::move(info));
}

catalogue::CellDescription& ScriptedRun::add_cell(const std::string& name) {
  catalogue::CellDescription description;
  description.profile = "profile";
  description.name = name;
  description.provider = provider.name();
  description.kubernetes_version = {1, 33, 13, {}};
  description.nodes = {{"control-plane", {1, 33, 13, {}}}};
  description.gates = {{"PodLifecycleSleepAction", name == "on"}};
  return cells_.emplace_back("/profiles/profile.yaml", description).second;
}

void ScriptedRun::make_plan_and_script(int repeat) {
  std::string script = "#!/bin/sh\nSHARED='" + folder_->path().string() + "'\ncase \"$GRADUAND_ATTEMPT_ID\" in\n";
  for (const auto& [id, body] : bodies_) script += "*/" + id + "/*|*/" + id + "@*)\n" + body + "\n;;\n";
  ASSERT_TRUE(write_file_atomically(suites[0].file.binary, script + "esac\n", 0755));
  if (cells_.empty()) add_cell("on");
  plan = make_plan(run_record.id, cells_, select_cases(suites, {}), repeat, 42);
}

Result<RunSummary> ScriptedRun::run(int repeat) {
  make_plan_and_script(repeat);
  GRADUAND_TRY_ASSIGN(auto writer,
                      results::RunDirectoryWriter::create(run_directory.value_or(directory()), run_record));
  return execute(writer, plan);
}

Result<RunSummary> ScriptedRun::resume(const Plan& rest) {
  GRADUAND_TRY_ASSIGN(auto writer, results::RunDirectoryWriter::reopen(run_directory.value_or(directory())));
  return execute(writer, rest);
}

Result<RunSummary> ScriptedRun::execute(results::RunDirectoryWriter& writer, const Plan& what) {
  const auto provider_for = [this](const PlannedCell&) -> Result<cluster::Provider*> { return &provider; };
  return run_plan(what, suites, run_record, writer, writer.path(), provider_for, options, observer, system_clock(),
                  cancel.token());
}

results::RunContents ScriptedRun::contents() const {
  auto read = results::read_run_directory(run_directory.value_or(directory()));
  if (!read) {
    ADD_FAILURE() << to_string(read.error());
    return {};
  }
  return std::move(*read);
}

results::Attempt ScriptedRun::attempt(const std::string& name, const std::string& cell_name) const {
  std::vector<results::Attempt> found;
  for (auto& one : contents().attempts)
    if (one.case_id == "suite/" + name && one.cell == "profile/" + cell_name) found.push_back(std::move(one));
  EXPECT_EQ(found.size(), 1u) << name << " in " << cell_name;
  return found.empty() ? results::Attempt{} : found.front();
}

std::vector<std::string> ScriptedRun::outcomes() const {
  std::vector<std::string> texts;
  for (const auto& one : contents().attempts) texts.push_back(std::string(to_string(one.outcome)) + " " + one.case_id);
  return texts;
}

std::string ScriptedRun::shared(const std::string& file) const {
  return read_file(folder_->path() / file).value_or("");
}

}  // namespace graduand::runner
