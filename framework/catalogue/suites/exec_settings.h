// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/features/feature.h"

namespace graduand::catalogue {

// More about one case, or about all whose names match.
struct CaseRule {
  std::string name;     // of a case; empty: by the pattern
  std::string pattern;  // RE2, somewhere in a name
  std::string description;
  std::vector<std::string> features;
  std::vector<std::string> labels;
  std::vector<std::string> needs;   // see need.h
  std::vector<std::string> images;  // references that the cluster's nodes must have or be able to pull
  std::optional<milliseconds> time_limit;
  bool serial = false;
  bool disruptive = false;
};

// What says how an attempt went.
enum class ExecResults {
  kExitCode,  // the exit code alone, because the suite's author says so
  kGoTest,    // go test -json, or a test binary's -test.v=test2json
  kJunit,
};

// What suite.yaml says of a suite of kind exec: programs of any kind, one process for each attempt.
//
//   run: ["{suite}/featuregate.test", -test.v=test2json, "-test.run=^{case}$"]
//   list: ["{suite}/featuregate.test", -test.list=.]   # prints a case's name a line; without it `cases` names them all
//   results: go-test                        # exit-code, go-test or junit
//   results-file: "{artifacts}/junit.xml"   # below {artifacts}; go-test: default its standard output; junit: needed
//   skipped-exit-code: 77                   # exit-code: 0 is passed, this one skipped, any other failed
//   environment: {REPORT_DIR: "{artifacts}"}   # beside what every attempt has, see runner/exec/attempt.h
//   working-directory: "{suite}/testdata"   # default: the attempt's folder in the run directory
//   time-limit: 2m                          # of a case that says no other; default 2m
//   cases:                                  # all rules that fit a case add to it, in this order
//     - {name: TestOne, description: …, features: [F], labels: [sig-node], needs: [nodes >= 2], images: […]}
//     - {pattern: "^TestSlow", time-limit: 10m, serial: true}    # or disruptive: true
//
// Placeholders: {case}, its text as an RE2 and Go regular expression {case-regex}, {kubeconfig}, {context},
// {namespace}, {artifacts}, {seed}, {suite}: the folder of suite.yaml. `list` knows {suite} alone. In the first words
// of `run` and `list`, and in working-directory, ${VARIABLES} of the environment stand for their values; a relative
// program with a slash is looked for from the folder of suite.yaml, one without on PATH.
struct ExecSettings {
  std::vector<std::string> run;
  std::vector<std::string> list;
  ExecResults results = ExecResults::kExitCode;
  std::string results_file;
  std::optional<int> skipped_exit_code;
  std::map<std::string, std::string> environment;
  std::string working_directory;
  milliseconds time_limit = std::chrono::minutes(2);
  std::vector<CaseRule> cases;
  std::filesystem::path folder;  // absolute
  std::string missing;           // an environment variable that is not set; empty: none
};

// Reads the keys above. `features` are the suite's: cases speak for no others. Mistakes are recorded in the reader, or
// returned, as kUsage with file:line:column.
Status read_exec_settings(const YamlDocument& document, YamlReader& suite, const std::filesystem::path& folder,
                          const std::vector<FeatureInfo>& features, ExecSettings& settings);

}  // namespace graduand::catalogue
