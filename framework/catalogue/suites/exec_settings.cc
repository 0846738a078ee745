// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/exec_settings.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/catalogue/need.h"
#include "framework/catalogue/suites/variables.h"

namespace graduand::catalogue {
namespace {

const std::vector<std::string> kPlaceholders = {"case",      "case-regex", "kubeconfig", "context",
                                                "namespace", "artifacts",  "seed",       "suite"};

// A misspelt placeholder would be handed on as it is written.
void check_placeholders(YamlReader& reader, const char* key, const std::string& text,
                        const std::vector<std::string>& known) {
  for (const std::string& name : placeholders_in(text)) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string hint = did_you_mean_hint(name, known);
    reader.error(key, "no placeholder {" + name + "} here",
                 hint.empty() ? "there are {" + join(known, "}, {") + "}" : hint);
  }
}

// ${VARIABLES} replaced; where one is not set that is noted, and the text stays.
void fill_variables(std::string& text, ExecSettings& settings) {
  auto filled = with_variables(text);
  if (filled)
    text = *std::move(filled);
  else if (settings.missing.empty())
    settings.missing = filled.error().message;
}

std::vector<std::string> read_command(YamlReader& reader, const char* key, const std::vector<std::string>& known,
                                      ExecSettings& settings) {
  std::vector<std::string> words = reader.optional_strings(key);
  if (words.empty()) return words;
  for (const std::string& word : words) check_placeholders(reader, key, word, known);
  std::string& program = words.front();
  if (program.empty()) reader.error(key, "expected a program first");
  fill_variables(program, settings);
  program = fill_placeholders(program, {{"suite", settings.folder.string()}});
  if (program.find('/') != std::string::npos) program = (settings.folder / program).lexically_normal().string();
  return words;
}

void read_results(YamlReader& reader, ExecSettings& settings) {
  const std::string results = reader.string("results");
  if (!results.empty()) reader.expect_one_of("results", results, {"exit-code", "go-test", "junit"});
  settings.results = results == "go-test" ? ExecResults::kGoTest
                     : results == "junit" ? ExecResults::kJunit
                                          : ExecResults::kExitCode;
  settings.results_file = reader.optional_string("results-file").value_or("");
  check_placeholders(reader, "results-file", settings.results_file, {"artifacts", "case"});
  if (settings.results == ExecResults::kJunit && settings.results_file.empty())
    reader.error("results-file", "results: junit needs the file that the program writes",
                 "such as \"{artifacts}/junit.xml\"");
  else if (!settings.results_file.empty() && !starts_with(settings.results_file, "{artifacts}/"))
    reader.error("results-file", "expected a file below {artifacts}: another may be left from an earlier attempt");
  if (settings.results == ExecResults::kExitCode && !settings.results_file.empty())
    reader.error("results-file", "results: exit-code reads no file", "expected results: go-test or junit");
  if (const auto code = reader.optional_int("skipped-exit-code")) {
    if (*code < 1 || *code > 255) reader.error("skipped-exit-code", "expected 1 to 255: 0 is passed");
    if (settings.results != ExecResults::kExitCode)
      reader.error("skipped-exit-code", "only results: exit-code is told by exit codes");
    settings.skipped_exit_code = static_cast<int>(*code);
  }
}

Status read_case(const YamlDocument& document, const YAML::Node& node, const std::vector<std::string>& features,
                 ExecSettings& settings) {
  YamlReader reader(document, node, "case");
  CaseRule rule;
  rule.name = reader.optional_string("name").value_or("");
  rule.pattern = reader.optional_string("pattern").value_or("");
  if (rule.name.empty() == rule.pattern.empty()) reader.error("name", "expected a name or a pattern, and not both");
  if (!rule.pattern.empty()) {
    const re2::RE2 compiled(rule.pattern, re2::RE2::Quiet);
    if (!compiled.ok())
      reader.error("pattern", "'" + shorten(rule.pattern, 80) + "' is no regular expression: " + compiled.error());
  }
  rule.description = reader.optional_string("description").value_or("");
  rule.features = reader.optional_strings("features");
  for (const std::string& feature : rule.features)
    if (std::find(features.begin(), features.end(), feature) == features.end())
      reader.error("features", "the suite speaks for no feature '" + feature + "'",
                   did_you_mean_hint(feature, features));
  rule.labels = reader.optional_strings("labels");
  rule.needs = reader.optional_strings("needs");
  for (const std::string& need : rule.needs)
    if (const auto parsed = Need::parse(need); !parsed)
      reader.error("needs", parsed.error().message, parsed.error().hint);
  rule.images = reader.optional_strings("images");
  rule.time_limit = reader.optional_duration("time-limit");
  rule.disruptive = reader.optional_bool("disruptive").value_or(false);
  rule.serial = reader.optional_bool("serial").value_or(false) || rule.disruptive;
  const bool again = std::any_of(settings.cases.begin(), settings.cases.end(),
                                 [&](const CaseRule& other) { return !rule.name.empty() && other.name == rule.name; });
  if (again) reader.error("name", "'" + rule.name + "' is here twice");
  GRADUAND_TRY(reader.finish());
  settings.cases.push_back(std::move(rule));
  return {};
}

// Otherwise every case would be the same process.
void check_case_is_named(YamlReader& reader, const ExecSettings& settings) {
  const auto names_it = [](const std::string& text) {
    const auto found = placeholders_in(text);
    return std::any_of(found.begin(), found.end(),
                       [](const std::string& name) { return name == "case" || name == "case-regex"; });
  };
  bool named = std::any_of(settings.run.begin(), settings.run.end(), names_it);
  for (const auto& [name, value] : settings.environment) named = named || names_it(value);
  const bool only_one = settings.list.empty() && settings.cases.size() == 1;
  if (!named && !only_one)
    reader.error("run", "says nowhere which case it is to run", "put {case} into run, or into environment");
}

}  // namespace

Status read_exec_settings(const YamlDocument& document, YamlReader& suite, const std::filesystem::path& folder,
                          const std::vector<FeatureInfo>& features, ExecSettings& settings) {
  settings.folder = folder;
  settings.run = read_command(suite, "run", kPlaceholders, settings);
  if (settings.run.empty()) suite.error("run", "a suite of kind exec needs the command that runs a case");
  settings.list = read_command(suite, "list", {"suite"}, settings);
  read_results(suite, settings);
  suite.optional_map("environment", [&](const std::string& name, const YAML::Node& value) -> Status {
    GRADUAND_TRY_ASSIGN(std::string text, yaml_string(document, value, name));
    check_placeholders(suite, "environment", text, kPlaceholders);
    settings.environment[name] = std::move(text);
    return {};
  });
  settings.working_directory = suite.optional_string("working-directory").value_or("");
  check_placeholders(suite, "working-directory", settings.working_directory, kPlaceholders);
  fill_variables(settings.working_directory, settings);
  settings.time_limit = suite.optional_duration("time-limit").value_or(settings.time_limit);
  if (settings.time_limit <= milliseconds(0)) suite.error("time-limit", "expected a time limit of more than nothing");
  std::vector<std::string> names;
  for (const FeatureInfo& feature : features) names.push_back(feature.name);
  suite.optional_sequence("cases", [&](const YAML::Node& node) { return read_case(document, node, names, settings); });
  const bool any = std::any_of(settings.cases.begin(), settings.cases.end(),
                               [](const CaseRule& rule) { return !rule.name.empty(); });
  if (settings.list.empty() && !any) suite.error("cases", "expected a command in `list`, or cases with names");
  check_case_is_named(suite, settings);
  return {};
}

}  // namespace graduand::catalogue
