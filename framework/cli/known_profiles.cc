// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/known_profiles.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "framework/base/files.h"
#include "framework/profile/profile.h"

namespace graduand::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "kind-configs";

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".yaml") files.push_back(fs::absolute(entry.path()).lexically_normal());
  std::sort(files.begin(), files.end());
  return files;
}

Result<graduation::KnownProfile> read(const fs::path& file) {
  GRADUAND_TRY_ASSIGN(profile::Profile profile, profile::load_profile(file));
  for (const auto& cell : profile.cells) GRADUAND_TRY(profile::check_cell(cell));
  std::vector<std::string> suites;
  for (auto& suite : profile.suites) suites.push_back(std::move(suite.name));
  return graduation::KnownProfile{as_named_here(file), std::move(profile.cells), std::move(suites)};
}

}  // namespace

std::string as_named_here(const fs::path& file) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  const fs::path near = file.lexically_proximate(here);
  return near.empty() || *near.begin() == ".." ? file.string() : near.string();
}

std::vector<fs::path> kind_config_folders(const Session& session) {
  if (!session.kind_config_folders.empty())
    return {session.kind_config_folders.begin(), session.kind_config_folders.end()};
  std::error_code error;
  if (fs::is_directory(kFolder, error)) return {kFolder};
  for (fs::path above = self_path().parent_path(); above.has_relative_path(); above = above.parent_path())
    if (fs::is_directory(above / kFolder, error)) return {above / kFolder};
  return {};
}

std::vector<graduation::KnownProfile> known_profiles(const Session& session) {
  std::vector<graduation::KnownProfile> known;
  for (const fs::path& folder : kind_config_folders(session))
    for (const fs::path& file : files_of(folder)) {
      auto profile = read(file);
      if (profile)
        known.push_back(std::move(*profile));
      else
        spdlog::info("no command will name this profile: {}", to_string(profile.error()));
    }
  return known;
}

}  // namespace graduand::cli
