// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/document.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "framework/base/text.h"
#include "framework/graduation/prr/answers.h"

namespace graduand::graduation::prr {
namespace {

// The argument as a shell takes it.
std::string shell_word(const std::string& text) {
  constexpr const char* kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,@%+~";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The command without the place where the program lay on its machine.
std::string command_of(const results::Run& run) {
  std::vector<std::string> words;
  for (const std::string& argument : run.argv) words.push_back(shell_word(argument));
  if (!run.argv.empty()) words.front() = shell_word(std::filesystem::path(run.argv.front()).filename().string());
  return join(words, " ");
}

std::string trigger_of(const results::Run& run) {
  std::string text = to_string(run.trigger);
  if (!run.job.empty()) text += " " + run.job;
  if (!run.build_id.empty()) text += " #" + run.build_id;
  return text;
}

void add_evidence(Document& document, const CountedInput& counted, const std::set<std::string>& used) {
  std::vector<const results::Run*> runs;
  for (const auto& [id, run] : counted.evidence.filter.runs())
    if (used.contains(id) && !(document.since && run->started < *document.since)) runs.push_back(run);
  std::sort(runs.begin(), runs.end(), [](const auto* one, const auto* other) {
    return std::tie(one->started, one->id) > std::tie(other->started, other->id);
  });
  std::set<std::vector<std::string>> images;
  for (const results::Run* run : runs) {
    RunRow row{run->id, run->started,    trigger_of(*run), run->harness_version + " " + run->harness_revision,
               {},      command_of(*run)};
    std::set<catalogue::KubeVersion> versions;
    for (const CountedTimeline& walk : counted.walks) {
      if (walk.instance().run_id != run->id) continue;
      for (const Phase& phase : walk.phases)
        if (phase.facts() != nullptr) versions.insert(phase.facts()->api_server_version);
      for (const auto& node : walk.instance().nodes)
        images.insert({node.image, node.image_digest, node.kubelet_version, node.provenance});
    }
    for (const auto& version : versions) row.kubernetes.push_back(version.str());
    document.runs.push_back(std::move(row));
  }
  for (const auto& image : images) document.images.push_back({image[0], image[1], image[2], image[3]});
}

void add_left_out(Document& document, const CountedInput& counted, const std::set<std::string>& used) {
  std::map<std::string, std::string> why(counted.evidence.filter.left_out().begin(),
                                         counted.evidence.filter.left_out().end());
  for (const auto& run : counted.input.judge.evidence.runs) {
    if (used.contains(run.id) || (document.since && run.started < *document.since)) continue;
    const auto found = why.find(run.id);
    document.left_out.emplace_back(run.id, found == why.end() ? "it counts, but no answer rests on it" : found->second);
  }
}

}  // namespace

Document document_of(const Input& input) {
  const CountedInput counted(input);
  Document document;
  document.feature = input.judge.info.name;
  document.keps = input.judge.info.keps;
  document.stage = input.judge.stage;
  document.since = input.since;
  document.as_of = input.judge.as_of;
  document.window_start = counted.evidence.filter.window_start();
  document.source = input.judge.evidence_source;
  document.policy = input.policy->name;
  document.policy_digest = input.policy->digest;
  document.policy_shipped = input.policy->shipped;
  for (const auto& answer : {how_enabled, default_behavior, disabled_once_enabled, reenabled, enablement_tests,
                             rollout_failures, upgrade_tested, version_skew}) {
    document.answers.push_back(answer(counted));
    document.answers.back().window_start = document.window_start;
  }
  std::set<std::string> used;
  for (const Answer& answer : document.answers) used.insert(answer.runs.begin(), answer.runs.end());
  add_evidence(document, counted, used);
  add_left_out(document, counted, used);
  return document;
}

}  // namespace graduand::graduation::prr
