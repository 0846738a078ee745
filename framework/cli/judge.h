// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/cli/feature.h"
#include "framework/graduation/judge.h"

namespace graduand::cli {

struct JudgeRequest {
  FeatureView view;
  graduation::Stage stage = graduation::Stage::kBeta;
  std::string release;  // empty: the stage's entry in the feature's file
  Timestamp as_of{};
  history::Selection selection;
  std::string source;
  std::vector<std::string> excluded_runs{};
};
// kUsage when neither the request nor what is known of the feature names a release.
Result<graduation::Judgement> judge_feature(JudgeRequest request, const graduation::Policy& policy);

}  // namespace graduand::cli
