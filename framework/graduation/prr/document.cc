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

void add_evidence(Document& document, const AnswerEvidence& evidence, const std::set<std::string>& used) {
  const auto& runs = evidence.input.judge.evidence.runs;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (!used.contains(run->id) || (evidence.input.since && run->started < *evidence.input.since)) continue;
    RunRow row{run->id, run->started,    trigger_of(*run), run->harness_version + " " + run->harness_revision,
               {},      command_of(*run)};
    std::set<catalogue::KubeVersion> versions;
    for (const Course& course : evidence.courses)
      if (course.instance->run_id == run->id)
        for (const CoursePhase& phase : course.phases)
          if (phase.facts != nullptr) versions.insert(phase.facts->api_server_version);
    for (const auto& version : versions) row.kubernetes.push_back(version.str());
    document.runs.push_back(std::move(row));
  }
  std::set<std::vector<std::string>> images;
  for (const Course& course : evidence.courses)
    if (used.contains(course.instance->run_id))
      for (const auto& node : course.instance->nodes)
        images.insert({node.image, node.image_digest, node.kubelet_version, node.provenance});
  for (const auto& image : images) document.images.push_back({image[0], image[1], image[2], image[3]});
}

}  // namespace

Document document_of(const Input& input) {
  const AnswerEvidence evidence(input);
  const Policy& policy = *input.policy;
  Document document;
  document.feature = input.judge.feature;
  document.keps = input.judge.info.keps;
  document.stage = input.judge.stage;
  document.window_start = evidence.filter.window_start();
  document.as_of = input.judge.as_of;
  document.policy = policy.name + " (" + policy.digest +
                    (policy.digest == builtin_policy().digest ? ", as shipped)" : ", not the shipped one)");
  document.source = input.judge.evidence_source;
  for (const auto& answer : {how_enabled, default_behavior, disabled_once_enabled, reenabled, enablement_tests,
                             rollout_failures, upgrade_tested, version_skew})
    document.answers.push_back(answer(evidence));
  std::set<std::string> used;
  for (const Answer& answer : document.answers) used.insert(answer.runs.begin(), answer.runs.end());
  add_evidence(document, evidence, used);
  document.left_out = evidence.filter.left_out();
  for (const auto& [id, run] : evidence.filter.runs())
    if (!used.contains(id)) document.left_out.emplace_back(id, "no answer rests on it");
  return document;
}

}  // namespace graduand::graduation::prr
