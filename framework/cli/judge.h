// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
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
  history::Selection selection;  // all of it: a verdict on a part would be another
  std::string source;
  std::vector<graduation::KnownProfile> profiles;  // that commands may name
};
// The policy of --policy, or the shipped one, with the waivers of --waivers.
struct PolicyOptions {
  std::string policy;
  std::vector<std::string> waivers;
};
void add_policy_options(CLI::App& verb, PolicyOptions& options);
Result<graduation::Policy> load_policy(const PolicyOptions& options);

// What judge() is asked: the same for every verb. kUsage when neither the request nor the feature's file names a
// release.
Result<graduation::JudgeInput> judge_input(JudgeRequest request);
Result<graduation::Judgement> judge_feature(JudgeRequest request, const graduation::Policy& policy);

}  // namespace graduand::cli
