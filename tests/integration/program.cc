// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/program.h"
#include "tests/paths.h"

#include <gtest/gtest.h>

namespace graduand::testing_support {

Program::Program(fs::path home) : home_(std::move(home)) {
  environment_ = {{"XDG_DATA_HOME", (home_ / "data").string()}, {"NO_COLOR", "1"}, {"COLUMNS", "120"}};
}

ProcessSpec Program::spec(std::vector<std::string> arguments) const {
  ProcessSpec spec;
  spec.argv = std::move(arguments);
  spec.argv.insert(spec.argv.begin(), graduand::testing_support::binary_dir() + "/bin/graduand");
  spec.environment = environment_;
  spec.working_directory = home_;
  return spec;
}

ProcessResult Program::run(std::vector<std::string> arguments, milliseconds time_limit) const {
  auto call = spec(std::move(arguments));
  call.time_limit = time_limit;
  auto result = system_process_runner().run(call);
  if (!result) {
    ADD_FAILURE() << to_string(result.error());
    return {};
  }
  return *result;
}

fs::path Program::write(const std::string& name, const std::string& content) const {
  const auto path = home_ / name;
  EXPECT_TRUE(write_file_atomically(path, content));
  return path;
}

fs::path Program::no_cluster_profile(const std::string& name) const {
  return write(name + ".yaml", "name: " + name + "\nprovider: none\nkubernetes: v1.33.13\n");
}

Program program_with_faults(const fs::path& home) {
  Program program(home);
  program.set_environment("GRADUAND_SUITES", graduand::testing_support::binary_dir() + "/bin/test-suites");
  return program;
}

std::map<std::string, results::Attempt> attempts_by_case(const fs::path& run_directory) {
  std::map<std::string, results::Attempt> attempts;
  auto contents = results::read_run_directory(run_directory);
  if (!contents) {
    ADD_FAILURE() << to_string(contents.error());
    return attempts;
  }
  for (auto& attempt : contents->attempts)
    attempts[attempt.case_id.substr(attempt.case_id.find('/') + 1)] = std::move(attempt);
  return attempts;
}

std::map<std::string, std::string> rules_of(const std::string& judgement_json) {
  std::map<std::string, std::string> rules;
  const auto judgement = parse_json(judgement_json);
  if (!judgement) {
    ADD_FAILURE() << to_string(judgement.error()) << judgement_json;
    return rules;
  }
  for (const auto& rule : array_at(*judgement, "rules")) rules[string_at(rule, "id")] = string_at(rule, "verdict");
  return rules;
}

double measure(const std::vector<results::Measure>& measures, const std::string& name) {
  for (const auto& one : measures)
    if (one.name == name) return one.value;
  ADD_FAILURE() << "no measure " << name;
  return -1;
}

}  // namespace graduand::testing_support
