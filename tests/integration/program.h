// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/base/files.h"
#include "framework/base/processes/process.h"
#include "framework/results/run_directory.h"

namespace graduand::testing_support {

// The real program, run as a user would, with its data and cache folders under `home`.
class Program {
 public:
  explicit Program(fs::path home);
  // Adds to the environment of each call.
  void set_environment(const std::string& name, const std::string& value) { environment_[name] = value; }
  ProcessResult run(std::vector<std::string> arguments, milliseconds time_limit = seconds(120)) const;
  ProcessSpec spec(std::vector<std::string> arguments) const;
  const fs::path& home() const { return home_; }
  // A file below home, and its path.
  fs::path write(const std::string& name, const std::string& content) const;
  // A profile with one cell and no cluster.
  fs::path no_cluster_profile(const std::string& name = "no-cluster") const;

 private:
  fs::path home_;
  std::map<std::string, std::string> environment_;
};

// Program::run with the suite of faulty cases as the only suite.
Program program_with_faults(const fs::path& home);
// The attempts of a run directory by case id without the suite's name.
std::map<std::string, results::Attempt> attempts_by_case(const fs::path& run_directory);
// The verdict's rules: id → verdict, of `judge --json`; empty, and a failure of the test, when it does not parse.
std::map<std::string, std::string> rules_of(const std::string& judgement_json);
// The value of the measure of this name; a failure of the test, and -1, when there is none.
double measure(const std::vector<results::Measure>& measures, const std::string& name);

}  // namespace graduand::testing_support
