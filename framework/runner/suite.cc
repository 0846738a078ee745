// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/catalogue/need.h"
#include "framework/runner/ginkgo/suite.h"

namespace graduand::runner {
namespace {

constexpr milliseconds kListLimit = seconds(10);

class Loader {
 public:
  Loader(const catalogue::SuiteFile& file, ProcessRunner& processes) : file_(file), processes_(processes) {}

  Result<LoadedSuite> load() {
    GRADUAND_TRY_ASSIGN(const std::string output, ask());
    auto answer = parse_json(output, file_.binary.string() + " --list-cases");
    if (!answer) return wrong("its program's list of cases cannot be read: " + to_string(answer.error()));
    LoadedSuite suite;
    suite.file = file_;
    suite.revision = string_at(*answer, "revision");
    const std::string name = string_at(*answer, "suite");
    if (name != file_.name)
      return wrong(fmt::format("the suite is named '{}' here, and '{}' by its program", file_.name, name));
    const json::value* cases = value_at(*answer, "cases");
    if (cases == nullptr || !cases->is_array()) return wrong("its program's answer has no list of cases");
    for (const json::value& one : cases->get_array()) GRADUAND_TRY(add(one, suite));
    return suite;
  }

 private:
  tl::unexpected<Error> wrong(const std::string& message) const {
    return fail(ErrorKind::kUsage, message, file_.path.string());
  }

  Result<std::string> ask() const {
    ProcessSpec spec;
    spec.argv = {file_.binary.string(), "--list-cases"};
    spec.environment = {{"TZ", "UTC"}};
    spec.time_limit = kListLimit;
    spec.kill_grace = seconds(1);
    auto result = processes_.run(spec);
    if (!result) return wrong("its program cannot be run: " + to_string(result.error()));
    if (!result->ok()) {
      return wrong(fmt::format("its program did not list its cases ({}): {}", describe_end(*result, kListLimit),
                               shorten(printable(trim(result->stderr_text)), 500)));
    }
    if (result->dropped_bytes != 0) return wrong("its program's list of cases is too long");
    return std::move(result->stdout_text);
  }

  Status add(const json::value& value, LoadedSuite& suite) {
    auto info = catalogue::CaseInfo::from_json(value);
    if (!info) return wrong("its program lists a case that cannot be read: " + to_string(info.error()));
    if (info->suite.empty()) info->suite = file_.name;
    if (info->suite != file_.name)
      return wrong(fmt::format("its program lists the case {} of another suite, {}", info->id, info->suite));
    for (const std::string& need : info->needs) {
      if (auto parsed = catalogue::Need::parse(need); !parsed)
        return wrong(fmt::format("the case {}: {}", info->id, to_string(parsed.error())));
    }
    // Its attempts would count as those of another case.
    if (const auto renamed = file_.case_renames.find(info->id); renamed != file_.case_renames.end())
      return wrong(fmt::format("the case {} is renamed to {}, and still there", info->id, renamed->second));
    if (info->disruptive) info->serial = true;
    suite.cases.push_back(std::move(*info));
    return {};
  }

  const catalogue::SuiteFile& file_;
  ProcessRunner& processes_;
};

std::vector<std::filesystem::path> folders_of_variable(const char* name) {
  std::vector<std::filesystem::path> folders;
  const char* value = std::getenv(name);
  if (value == nullptr) return folders;
  for (const std::string& folder : split(value, ':'))
    if (!folder.empty()) folders.emplace_back(folder);
  return folders;
}

}  // namespace

Result<std::vector<LoadedSuite>> load_suites(const std::vector<catalogue::SuiteFile>& files, ProcessRunner& processes,
                                             const LoadOptions& options, const CancelToken& cancel) {
  std::vector<LoadedSuite> suites;
  std::set<std::string> ids;
  for (const catalogue::SuiteFile& file : files) {
    if (file.kind == catalogue::SuiteKind::kGinkgo) {
      GRADUAND_TRY_ASSIGN(auto loaded, load_ginkgo_suite(file, processes, options, cancel));
      std::move(loaded.begin(), loaded.end(), std::back_inserter(suites));
      continue;
    }
    GRADUAND_TRY_ASSIGN(LoadedSuite suite, Loader(file, processes).load());
    for (const catalogue::CaseInfo& info : suite.cases) {
      if (!ids.insert(info.id).second)
        return fail(ErrorKind::kUsage, fmt::format("the case {} is listed twice", info.id), file.path.string());
    }
    suites.push_back(std::move(suite));
  }
  return suites;
}

std::vector<std::filesystem::path> default_suite_folders() {
  auto folders = folders_of_variable("GRADUAND_SUITES");
  if (folders.empty()) folders.push_back(self_path().parent_path() / "suites");
  return folders;
}

std::vector<std::filesystem::path> default_feature_folders(const std::vector<std::filesystem::path>& suite_folders) {
  auto folders = folders_of_variable("GRADUAND_FEATURES");
  if (!folders.empty()) return folders;
  std::error_code error;
  for (const auto& suites : suite_folders) {
    // With a slash at its end a folder would be its own parent.
    const auto whole = std::filesystem::weakly_canonical(suites, error);
    for (const auto& folder : {whole.parent_path() / "features", whole / "features"})
      if (std::filesystem::is_directory(folder, error) &&
          std::find(folders.begin(), folders.end(), folder) == folders.end())
        folders.push_back(folder);
  }
  return folders;
}

std::vector<catalogue::CaseInfo> cases_of_feature(const std::vector<LoadedSuite>& suites, const std::string& feature) {
  std::vector<catalogue::CaseInfo> cases;
  std::set<std::string> ids;
  for (const LoadedSuite& suite : suites)
    for (const catalogue::CaseInfo& info : suite.cases)
      if (std::find(info.features.begin(), info.features.end(), feature) != info.features.end() &&
          ids.insert(info.id).second)
        cases.push_back(info);
  return cases;
}

std::vector<catalogue::SuiteFile> files_of(const std::vector<LoadedSuite>& suites) {
  std::vector<catalogue::SuiteFile> files;
  std::set<std::filesystem::path> seen;
  for (const LoadedSuite& suite : suites)
    if (seen.insert(suite.file.path).second) files.push_back(suite.file);
  return files;
}

std::map<std::string, std::string> renames_of(const std::vector<LoadedSuite>& suites) {
  std::map<std::string, std::string> renames;
  for (const LoadedSuite& suite : suites)
    renames.insert(suite.file.case_renames.begin(), suite.file.case_renames.end());
  return renames;
}

std::vector<SelectedCase> select_cases(const std::vector<LoadedSuite>& suites, const Selection& selection) {
  std::vector<SelectedCase> selected;
  const auto& names = selection.suites;
  for (const LoadedSuite& suite : suites) {
    if (!names.empty() && std::find(names.begin(), names.end(), suite.file.name) == names.end()) continue;
    for (const catalogue::CaseInfo& info : suite.cases) {
      if (suite.ginkgo && info.features.empty() && !selection.all_specs) continue;
      if (selection.filter.matches(info.all_labels())) selected.push_back({&suite, &info});
    }
  }
  return selected;
}

}  // namespace graduand::runner
