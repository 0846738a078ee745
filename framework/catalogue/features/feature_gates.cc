// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/feature_gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "framework/base/text.h"
#include "framework/catalogue/json_codec.h"

namespace graduand::embedded {
extern const std::string_view feature_gates_json;
extern const std::string_view gates_by_patch_json;
}  // namespace graduand::embedded

namespace graduand::catalogue {
namespace {

struct GateEntry {
  std::vector<GateSpec> specs;
  std::optional<KubeVersion> removed_in;
  std::vector<GateSpec> patches;
};

bool by_version(const GateSpec& a, const GateSpec& b) {
  return a.since < b.since;
}

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
  reader.get("specs", out.specs);
  reader.get("removed_in", out.removed_in);
  reader.get("patches", out.patches);
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
    if (parsed)
      if (auto added = parsed->add_patches(embedded::gates_by_patch_json, "gates-by-patch.json"); !added)
        parsed = tl::unexpected(added.error());
    if (!parsed) {  // the files are part of the program, and a test reads them
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
    std::stable_sort(entry.specs.begin(), entry.specs.end(), by_version);
    table.gates_[name] = Gate{std::move(entry.specs), entry.removed_in, {}};
  }
  return table;
}

Status FeatureGates::add_patches(std::string_view json_text, std::string_view source) {
  GRADUAND_TRY_ASSIGN(const json::value value, parse_json(json_text, source));
  std::map<std::string, GateEntry> entries;
  JsonReader reader(value, std::string(source));
  reader.require("gates", entries);
  GRADUAND_TRY(reader.finish());
  FeatureGates extended = *this;
  for (auto& [name, entry] : entries) {
    Gate& gate = extended.gates_[name];
    // What upstream's list still has is upstream's to say.
    if (gate.specs.empty()) gate = Gate{std::move(entry.specs), entry.removed_in, {}};
    if (gate.specs.empty()) return fail(ErrorKind::kUsage, "gate '" + name + "' has no specs", std::string(source));
    std::stable_sort(gate.specs.begin(), gate.specs.end(), by_version);
    std::stable_sort(entry.patches.begin(), entry.patches.end(), by_version);
    for (const GateSpec& patch : entry.patches) {
      const std::string text = "gate '" + name + "', " + patch.since.str() + ": ";
      if (patch.since.patch < 0)
        return fail(ErrorKind::kUsage, text + "expected a patch release such as 1.31.0", std::string(source));
      if (!extended.at(name, patch.since))
        return fail(ErrorKind::kUsage, text + "it does not exist at this minor", std::string(source));
    }
    gate.patches = std::move(entry.patches);
  }
  *this = std::move(extended);
  return {};
}

std::optional<GateSpec> FeatureGates::at(const std::string& gate, const KubeVersion& version) const {
  const auto found = gates_.find(gate);
  if (found == gates_.end()) return std::nullopt;
  const Gate& entry = found->second;
  if (entry.removed_in && at_or_before(*entry.removed_in, version)) return std::nullopt;
  std::optional<GateSpec> last;
  for (const GateSpec& spec : entry.specs)
    if (at_or_before(spec.since, version)) last = spec;
  for (const GateSpec& patch : entry.patches) {
    if (!last || !patch.since.same_minor(version) || patch.since.patch > std::max(version.patch, 0)) continue;
    last = patch;
    last->since = {patch.since.major, patch.since.minor, -1, {}};
  }
  return last;
}

std::optional<FeatureGates::Range> FeatureGates::range(const std::string& gate) const {
  const auto found = gates_.find(gate);
  if (found == gates_.end()) return std::nullopt;
  const Gate& entry = found->second;
  Range range{entry.specs.front().since, newest()};
  if (const auto& gone = entry.removed_in; gone && at_or_before(*gone, range.last))
    range.last = {gone->major, gone->minor - 1, -1, {}};
  return range;
}

KubeVersion FeatureGates::newest() const {
  return versions_.empty() ? KubeVersion{} : *std::max_element(versions_.begin(), versions_.end());
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
