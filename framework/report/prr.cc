// SPDX-License-Identifier: Apache-2.0
#include "framework/report/prr.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "framework/base/text.h"
#include "framework/report/prr_answers.h"

namespace graduand::report::prr {
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

void add_evidence(Document& document, const Counted& counted, const std::set<std::string>& used) {
  const auto& runs = counted.input->selection.runs;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (!used.contains(run->id)) continue;
    RunRow row{run->id, run->started,    trigger_of(*run), run->harness_version + " " + run->harness_revision,
               {},      command_of(*run)};
    std::set<catalogue::KubeVersion> versions;
    for (const Walk& walk : counted.walks)
      if (walk.instance->run_id == run->id && walk.instance->facts.api_server_version.major > 0)
        for (const Phase& phase : walk.phases) versions.insert(phase.api_server);
    for (const auto& version : versions) row.kubernetes.push_back(version.str());
    document.runs.push_back(std::move(row));
  }
  std::set<std::vector<std::string>> images;
  for (const Walk& walk : counted.walks)
    if (used.contains(walk.instance->run_id))
      for (const auto& node : walk.instance->nodes)
        images.insert({node.image, node.image_digest, node.kubelet_version, node.provenance});
  for (const auto& image : images) document.images.push_back({image[0], image[1], image[2], image[3]});
}

}  // namespace

Document document_of(const Input& input) {
  const Counted counted = count(input);
  Document document;
  document.feature = input.info.name;
  document.keps = input.info.keps;
  document.since = input.since;
  document.as_of = input.as_of;
  document.source = input.source;
  for (const auto& answer : {how_enabled, default_behavior, disabled_once_enabled, reenabled, enablement_tests,
                             rollout_failures, upgrade_tested, version_skew})
    document.answers.push_back(answer(counted));
  std::set<std::string> used;
  for (const Answer& answer : document.answers) used.insert(answer.runs.begin(), answer.runs.end());
  add_evidence(document, counted, used);
  for (const auto& run : input.selection.runs) {
    if (used.contains(run.id)) continue;
    const auto why = std::find_if(counted.left_out.begin(), counted.left_out.end(),
                                  [&](const auto& one) { return one.first == run.id; });
    document.left_out.emplace_back(
        run.id, why == counted.left_out.end() ? "nothing in it speaks for " + input.info.name : why->second);
  }
  return document;
}

}  // namespace graduand::report::prr
