// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/policy.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "framework/base/text.h"
#include "framework/base/yaml.h"
#include "framework/graduation/rules.h"

namespace graduand::embedded {
extern const std::string_view kubernetes_policy;
}  // namespace graduand::embedded

namespace graduand::graduation {
namespace {

using results::Trigger;

Result<std::vector<Trigger>> read_triggers(YamlReader& reader, const char* key) {
  std::vector<Trigger> triggers;
  for (const std::string& text : reader.optional_strings(key)) {
    const auto trigger = results::parse_trigger(text);
    if (!trigger) {
      reader.error(key, trigger.error().message, trigger.error().hint);
      break;
    }
    triggers.push_back(*trigger);
  }
  if (triggers.empty()) reader.error(key, "'" + std::string(key) + "' must name at least one trigger");
  return triggers;
}

Status read_threshold(YamlReader& stage, const char* key, double least, double most, Threshold& out) {
  auto reader = stage.optional_mapping(key);
  if (!reader) {
    stage.error(key, "'" + std::string(key) + "' is missing: expected a mapping with 'value' and 'source'");
    return stage.finish();
  }
  const auto value = reader->optional_double("value");
  if (!value) reader->error("value", "'value' is missing");
  out.value = value.value_or(0);
  if (value && (*value < least || *value > most))
    reader->error("value", std::string(key) + " must lie between " + std::to_string(static_cast<long>(least)) +
                               " and " + std::to_string(static_cast<long>(most)));
  out.source = reader->string("source");
  if (trim(out.source).empty()) reader->error("source", "a threshold must say where it comes from");
  return reader->finish();
}

Status read_stage(YamlReader& stages, Stage which, StagePolicy& out) {
  auto reader = stages.optional_mapping(to_string(which));
  if (!reader) {
    stages.error(to_string(which), std::string("stage '") + to_string(which) + "' is missing");
    return stages.finish();
  }
  GRADUAND_TRY(read_threshold(*reader, "window_days", 1, 3650, out.window_days));
  GRADUAND_TRY(read_threshold(*reader, "min_scheduled_runs", 1, 1e6, out.min_scheduled_runs));
  GRADUAND_TRY(read_threshold(*reader, "min_days_covered", 0, 3650, out.min_days_covered));
  GRADUAND_TRY(read_threshold(*reader, "max_failures", 0, 1e6, out.max_failures));
  // Runs at both ends of the window can be at most its length apart; equal would need a run at the very instant.
  if (out.min_days_covered.value >= out.window_days.value)
    reader->error("min_days_covered", "min_days_covered must be less than window_days, or it can never be reached");
  return reader->finish();
}

Result<Waiver> read_waiver(const YamlDocument& document, const YAML::Node& node) {
  YamlReader reader(document, node, "waiver");
  Waiver waiver;
  waiver.feature = reader.string("feature");
  waiver.rule = reader.string("rule");
  reader.expect_one_of("rule", waiver.rule, rule_ids());
  waiver.reason = reader.string("reason");
  waiver.author = reader.string("author");
  if (trim(waiver.reason).empty()) reader.error("reason", "a waiver must say why");
  if (trim(waiver.author).empty()) reader.error("author", "a waiver must say who gave it");
  if (const auto text = reader.optional_string("expires")) {
    const auto time = parse_time_argument(*text);
    if (time)
      waiver.expires = *time;
    else
      reader.error("expires", time.error().message, time.error().hint);
  }
  GRADUAND_TRY(reader.finish());
  return waiver;
}

}  // namespace

const char* to_string(Stage stage) {
  return stage == Stage::kBeta ? "beta" : "stable";
}

Result<Stage> parse_stage(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "beta") return Stage::kBeta;
  if (lower == "stable" || lower == "ga") return Stage::kStable;
  return fail(ErrorKind::kUsage, "'" + shorten(text, 80) + "' is not a stage; expected beta or stable", {},
              did_you_mean_hint(lower, {"beta", "stable"}));
}

Result<Policy> parse_policy(std::string_view text, const std::string& source) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::parse(text, source));
  YamlReader reader(document, document.root(), "policy");
  Policy policy;
  policy.name = reader.string("name");
  GRADUAND_TRY_ASSIGN(policy.scheduled, read_triggers(reader, "scheduled"));
  GRADUAND_TRY_ASSIGN(policy.admissible, read_triggers(reader, "admissible"));
  for (const Trigger trigger : policy.scheduled)
    if (std::find(policy.admissible.begin(), policy.admissible.end(), trigger) == policy.admissible.end())
      reader.error("scheduled", std::string("'") + results::to_string(trigger) +
                                    "' is a schedule but not admissible; it would never count");
  if (auto stages = reader.optional_mapping("stages")) {
    GRADUAND_TRY(read_stage(*stages, Stage::kBeta, policy.beta));
    GRADUAND_TRY(read_stage(*stages, Stage::kStable, policy.stable));
    GRADUAND_TRY(stages->finish());
  } else {
    reader.error("stages", "'stages' is missing: expected thresholds for beta and stable");
  }
  reader.optional_sequence("waivers", [&](const YAML::Node& node) -> Status {
    GRADUAND_TRY_ASSIGN(Waiver waiver, read_waiver(document, node));
    policy.waivers.push_back(std::move(waiver));
    return {};
  });
  GRADUAND_TRY(reader.finish());
  return policy;
}

Result<Policy> load_policy(const std::filesystem::path& path) {
  GRADUAND_TRY_ASSIGN(const std::string text, read_file(path, YamlLimits{}.max_bytes));
  return parse_policy(text, path.string());
}

const Policy& builtin_policy() {
  static const Policy policy = [] {
    auto parsed = parse_policy(embedded::kubernetes_policy, "policies/kubernetes.yaml");
    if (parsed) return std::move(*parsed);
    // It was tested when this program was built: a judgement by some other policy would be worse than none.
    std::fprintf(stderr, "%s\n", to_string(parsed.error()).c_str());
    std::abort();
  }();
  return policy;
}

}  // namespace graduand::graduation
