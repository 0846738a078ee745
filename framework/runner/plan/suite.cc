// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/plan/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/runner/drivers.h"

namespace graduand::runner {
namespace {

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
  for (const catalogue::SuiteFile& file : files) {
    GRADUAND_TRY_ASSIGN(auto loaded, load_by_kind(file, processes, options, cancel));
    for (LoadedSuite& suite : loaded) {
      std::set<std::string> ids;
      for (const catalogue::CaseInfo& info : suite.cases) {
        if (!ids.insert(info.id).second)
          return fail(ErrorKind::kUsage, fmt::format("the case {} is listed twice", info.id), file.path.string());
      }
      suites.push_back(std::move(suite));
    }
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

std::vector<SelectedCase> select_cases(const std::vector<LoadedSuite>& suites, const CaseSelection& selection) {
  std::vector<SelectedCase> selected;
  const auto& names = selection.suites;
  for (const LoadedSuite& suite : suites) {
    if (!names.empty() && std::find(names.begin(), names.end(), suite.file.name) == names.end()) continue;
    for (const catalogue::CaseInfo& info : suite.cases) {
      if (suite.foreign && info.features.empty() && !selection.all_specs) continue;
      if (selection.filter.matches(info.all_labels())) selected.push_back({&suite, &info});
    }
  }
  return selected;
}

}  // namespace graduand::runner
