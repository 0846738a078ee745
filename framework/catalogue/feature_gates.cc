// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/feature_gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "framework/base/text.h"
#include "framework/catalogue/json_codec.h"

namespace graduand::embedded {
extern const std::string_view feature_gates_json;
}

namespace graduand::catalogue {
namespace {

struct GateEntry {
  std::vector<GateSpec> specs;
  std::optional<KubeVersion> removed_in;
};

bool at_or_before(const KubeVersion& a, const KubeVersion& b) {
  return a.major != b.major ? a.major < b.major : a.minor <= b.minor;
}

const char* on_off(bool on) {
  return on ? "on" : "off";
}

}  // namespace

static Status decode(const json::value& value, GateStage& out) {
  std::string text;
  GRADUAND_TRY(decode(value, text));
  for (const GateStage stage : {GateStage::kAlpha, GateStage::kBeta, GateStage::kGA, GateStage::kDeprecated}) {
    if (text != to_string(stage)) continue;
    out = stage;
    return {};
  }
  return fail(ErrorKind::kUsage, "expected Alpha, Beta, GA or Deprecated");
}

static Status decode(const json::value& value, GateSpec& out) {
  JsonReader reader(value, "spec");
  reader.require("version", out.since);
  reader.require("default", out.default_on);
  reader.require("locked", out.locked);
  reader.require("stage", out.stage);
  return reader.finish();
}

namespace {

Status decode(const json::value& value, GateEntry& out) {
  JsonReader reader(value, "gate");
  reader.require("specs", out.specs);
  reader.get("removed_in", out.removed_in);
  return reader.finish();
}

}  // namespace

const char* to_string(GateStage stage) {
  switch (stage) {
    case GateStage::kAlpha:
      return "Alpha";
    case GateStage::kBeta:
      return "Beta";
    case GateStage::kGA:
      return "GA";
    case GateStage::kDeprecated:
      return "Deprecated";
  }
  return "unknown";
}

const FeatureGates& FeatureGates::builtin() {
  static const FeatureGates table = [] {
    auto parsed = parse(embedded::feature_gates_json, "feature-gates.json");
    if (!parsed) {  // the file is part of the program, and a test reads it
      std::fprintf(stderr, "graduand: %s\n", graduand::to_string(parsed.error()).c_str());
      std::abort();
    }
    return std::move(*parsed);
  }();
  return table;
}

Result<FeatureGates> FeatureGates::parse(std::string_view json_text, std::string_view source) {
  GRADUAND_TRY_ASSIGN(const json::value value, parse_json(json_text, source));
  FeatureGates table;
  std::map<std::string, GateEntry> entries;
  JsonReader reader(value, std::string(source));
  reader.require("versions", table.versions_);
  reader.require("gates", entries);
  GRADUAND_TRY(reader.finish());
  for (auto& [name, entry] : entries) {
    if (entry.specs.empty()) return fail(ErrorKind::kUsage, "gate '" + name + "' has no specs", std::string(source));
    std::stable_sort(entry.specs.begin(), entry.specs.end(),
                     [](const GateSpec& a, const GateSpec& b) { return a.since < b.since; });
    table.gates_[name] = Gate{std::move(entry.specs), entry.removed_in};
  }
  return table;
}

std::optional<GateSpec> FeatureGates::at(const std::string& gate, const KubeVersion& version) const {
  const auto found = gates_.find(gate);
  if (found == gates_.end()) return std::nullopt;
  const Gate& entry = found->second;
  if (entry.removed_in && at_or_before(*entry.removed_in, version)) return std::nullopt;
  std::optional<GateSpec> last;
  for (const GateSpec& spec : entry.specs)
    if (at_or_before(spec.since, version)) last = spec;
  return last;
}

bool FeatureGates::known(const std::string& gate) const {
  return gates_.count(gate) != 0;
}

bool FeatureGates::covers(const KubeVersion& version) const {
  return std::any_of(versions_.begin(), versions_.end(), [&](const auto& one) { return one.same_minor(version); });
}

std::vector<std::string> FeatureGates::names() const {
  std::vector<std::string> all;
  for (const auto& [name, gate] : gates_) all.push_back(name);
  return all;
}

Status FeatureGates::check_request(const std::string& gate, bool value, const KubeVersion& version) const {
  if (gate == "AllAlpha" || gate == "AllBeta") return {};
  const auto found = gates_.find(gate);
  if (found == gates_.end()) {
    return fail(ErrorKind::kUsage, "feature gate '" + shorten(gate, 80) + "' is not known", {},
                did_you_mean_hint(gate, names()));
  }
  const auto spec = at(gate, version);
  if (!spec) {
    const Gate& entry = found->second;
    const std::string why = entry.removed_in && at_or_before(*entry.removed_in, version)
                                ? fmt::format("it was removed in {}", entry.removed_in->str())
                                : fmt::format("it comes with {}", entry.specs.front().since.str());
    return fail(ErrorKind::kUsage, fmt::format("feature gate '{}' does not exist at {}: {}", gate, version.str(), why));
  }
  if (spec->locked && value != spec->default_on) {
    return fail(ErrorKind::kUsage,
                fmt::format("feature gate '{}' cannot be {} at {}: it is locked {} since {} ({})", gate, on_off(value),
                            version.str(), on_off(spec->default_on), spec->since.str(), to_string(spec->stage)));
  }
  return {};
}

}  // namespace graduand::catalogue
