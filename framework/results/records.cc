// SPDX-License-Identifier: Apache-2.0
#include "framework/results/records.h"

#include <array>
#include <utility>

#include "framework/base/text.h"
#include "framework/results/record_fields.h"

namespace graduand::results {
namespace {

constexpr std::array<std::pair<Outcome, const char*>, 7> kOutcomes = {{{Outcome::kPassed, "passed"},
                                                                       {Outcome::kFailed, "failed"},
                                                                       {Outcome::kTimedOut, "timed-out"},
                                                                       {Outcome::kCrashed, "crashed"},
                                                                       {Outcome::kSkipped, "skipped"},
                                                                       {Outcome::kInfraError, "infra-error"},
                                                                       {Outcome::kNotRun, "not-run"}}};
constexpr std::array<std::pair<Trigger, const char*>, 4> kTriggers = {{{Trigger::kPeriodic, "periodic"},
                                                                       {Trigger::kPresubmit, "presubmit"},
                                                                       {Trigger::kManual, "manual"},
                                                                       {Trigger::kReproduce, "reproduce"}}};

template <class Names, class Value>
const char* name_of(const Names& names, Value value) {
  for (const auto& [one, name] : names)
    if (one == value) return name;
  return "unknown";
}

template <class Value, std::size_t N>
Result<Value> parse_name(const std::array<std::pair<Value, const char*>, N>& names, std::string_view text,
                         const std::string& what) {
  std::vector<std::string> all;
  for (const auto& [value, name] : names) {
    if (text == name) return value;
    all.emplace_back(name);
  }
  return fail(ErrorKind::kUsage, "'" + shorten(text, 80) + "' is not " + what + "; expected one of " + join(all, ", "),
              {}, did_you_mean_hint(text, all));
}

}  // namespace

const char* to_string(Outcome outcome) {
  return name_of(kOutcomes, outcome);
}
const char* to_string(Trigger trigger) {
  return name_of(kTriggers, trigger);
}
Result<Outcome> parse_outcome(std::string_view text) {
  return parse_name(kOutcomes, text, "an outcome");
}
Result<Trigger> parse_trigger(std::string_view text) {
  return parse_name(kTriggers, text, "a trigger");
}

json::value encode(const Failure& failure) {
  return json::object{
      {"file", failure.file}, {"line", failure.line}, {"message", failure.message}, {"fatal", failure.fatal}};
}

json::value encode(const Measure& measure) {
  return json::object{{"name", measure.name}, {"value", catalogue::encode(measure.value)}, {"unit", measure.unit}};
}

Status decode(const json::value& value, Outcome& out) {
  std::string text;
  GRADUAND_TRY(catalogue::decode(value, text));
  GRADUAND_TRY_ASSIGN(out, parse_outcome(text));
  return {};
}

Status decode(const json::value& value, Trigger& out) {
  std::string text;
  GRADUAND_TRY(catalogue::decode(value, text));
  GRADUAND_TRY_ASSIGN(out, parse_trigger(text));
  return {};
}

Status decode(const json::value& value, Failure& out) {
  catalogue::JsonReader reader(value, "failure");
  reader.get("file", out.file);
  reader.get("line", out.line);
  reader.require("message", out.message);
  reader.get("fatal", out.fatal);
  return reader.finish();
}

Status decode(const json::value& value, Measure& out) {
  catalogue::JsonReader reader(value, "measure");
  reader.require("name", out.name);
  reader.require("value", out.value);
  reader.get("unit", out.unit);
  return reader.finish();
}

std::optional<PhaseFacts> phase_facts(const Fact& fact) {
  if (fact.name != kPhaseFacts) return std::nullopt;
  const json::value* value = value_at(fact.value, "facts");
  if (value == nullptr) return std::nullopt;
  auto facts = catalogue::CellFacts::from_json(*value);
  if (!facts) return std::nullopt;
  return PhaseFacts{string_at(fact.value, "phase"), *std::move(facts)};
}

}  // namespace graduand::results
