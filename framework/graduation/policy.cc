// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/policy.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "framework/base/text.h"
#include "framework/base/yaml/yaml.h"
#include "framework/graduation/policy_keys.h"
#include "framework/graduation/rules/rules.h"

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
    if (*trigger == Trigger::kPresubmit)
      reader.error(key, "a presubmit tests a change that is not merged and is never evidence for a feature",
                   "its failures are looked at by presubmits-agree");
    triggers.push_back(*trigger);
  }
  if (triggers.empty()) reader.error(key, "'" + std::string(key) + "' must name at least one trigger");
  return triggers;
}

Status read_threshold(YamlReader& stage, const ThresholdKey& key, StagePolicy& policy) {
  auto reader = stage.optional_mapping(key.name);
  if (!reader) {
    stage.error(key.name, "'" + std::string(key.name) + "' is missing: expected a mapping with 'value' and 'source'");
    return stage.finish();
  }
  Threshold& out = policy.*key.member;
  const auto value = reader->optional_double("value");
  if (!value) reader->error("value", "'value' is missing");
  out.value = value.value_or(0);
  if (value && (*value < key.least || *value > key.most))
    reader->error("value",
                  std::string(key.name) + " must lie between " + number(key.least) + " and " + number(key.most));
  out.source = reader->string("source");
  if (trim(out.source).empty()) reader->error("source", "a threshold must say where it comes from");
  return reader->finish();
}

// Asked only by policies that have it: Kubernetes states no rate.
Status read_failure_rate(YamlReader& stage, StagePolicy& policy) {
  auto reader = stage.optional_mapping("max_failure_rate");
  if (!reader) return {};
  Threshold rate;
  rate.value = reader->optional_double("value").value_or(0);
  if (rate.value <= 0 || rate.value >= 1) reader->error("value", "max_failure_rate must lie between 0 and 1");
  policy.failure_rate_confidence = reader->optional_double("confidence").value_or(0.95);
  if (policy.failure_rate_confidence < 0.5 || policy.failure_rate_confidence >= 1)
    reader->error("confidence", "confidence must lie between 0.5 and 1");
  rate.source = reader->string("source");
  if (trim(rate.source).empty()) reader->error("source", "a threshold must say where it comes from");
  policy.max_failure_rate = std::move(rate);
  return reader->finish();
}

Status read_stage(YamlReader& stages, Stage which, StagePolicy& out) {
  auto reader = stages.optional_mapping(to_string(which));
  if (!reader) {
    stages.error(to_string(which), std::string("stage '") + to_string(which) + "' is missing");
    return stages.finish();
  }
  for (const ThresholdKey& key : threshold_keys()) GRADUAND_TRY(read_threshold(*reader, key, out));
  GRADUAND_TRY(read_failure_rate(*reader, out));
  // Both ends of the window may be in the middle of a day.
  if (out.min_days_with_runs.value > out.window_days.value)
    reader->error("min_days_with_runs", "min_days_with_runs must not exceed window_days, or it can never be reached");
  return reader->finish();
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
  policy.prereleases = reader.optional_bool("prereleases").value_or(false);
  if (auto stages = reader.optional_mapping("stages")) {
    GRADUAND_TRY(read_stage(*stages, Stage::kBeta, policy.beta));
    GRADUAND_TRY(read_stage(*stages, Stage::kStable, policy.stable));
    GRADUAND_TRY(stages->finish());
  } else {
    reader.error("stages", "'stages' is missing: expected thresholds for beta and stable");
  }
  GRADUAND_TRY(read_waivers(document, reader, policy.waivers));
  GRADUAND_TRY(reader.finish());
  policy.digest = digest_of(policy);
  return policy;
}

Result<Policy> load_policy(const std::filesystem::path& path) {
  GRADUAND_TRY_ASSIGN(const std::string text, read_file(path, YamlLimits{}.max_bytes));
  GRADUAND_TRY_ASSIGN(Policy policy, parse_policy(text, path.string()));
  policy.shipped = policy.digest == builtin_policy().digest;
  return policy;
}

const Policy& builtin_policy() {
  static const Policy policy = [] {
    auto parsed = parse_policy(embedded::kubernetes_policy, "policies/kubernetes.yaml");
    if (parsed) {
      parsed->shipped = true;
      return std::move(*parsed);
    }
    // It was tested when this program was built: a judgement by some other policy would be worse than none.
    std::fprintf(stderr, "%s\n", to_string(parsed.error()).c_str());
    std::abort();
  }();
  return policy;
}

}  // namespace graduand::graduation
