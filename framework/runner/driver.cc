// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/driver.h"

#include "framework/catalogue/need.h"
#include "framework/runner/names.h"

namespace graduand::runner {

std::optional<Ending> SuiteDriver::kept_from_running(const SelectedCase& selected, const catalogue::CellFacts& facts,
                                                     const MissingImages& missing_images) const {
  const catalogue::CaseInfo& info = *selected.info;
  if (auto reason = catalogue::first_unmet(info.needs, facts))
    return Ending{results::Outcome::kSkipped, one_line(*reason)};
  for (const std::string& image : info.images)
    if (const auto missing = missing_images.find(image); missing != missing_images.end())
      return Ending{results::Outcome::kSkipped, one_line("needs the image " + image + ": " + missing->second)};
  return std::nullopt;
}

Result<ProcessSpec> SuiteDriver::process_of_unit(const std::vector<SelectedCase>& unit, const AttemptFiles& files,
                                                 const results::AttemptContext& context) const {
  return process(unit.front(), files, context);
}

std::vector<JudgedAttempt> SuiteDriver::judge_unit(const std::vector<SelectedCase>& unit,
                                                   const AttemptLeft& left) const {
  return {judge(unit.front(), left)};
}

std::vector<std::unique_ptr<Batch>> SuiteDriver::take_batches(Together, std::deque<const PlannedAttempt*>&,
                                                              const BatchScope&) const {
  return {};
}

}  // namespace graduand::runner
