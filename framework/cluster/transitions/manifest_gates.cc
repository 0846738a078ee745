// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/manifest_gates.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/base/yaml/yaml.h"

namespace graduand::cluster {
namespace {

using catalogue::GateMap;

// Text that is no gate=bool is kubeadm's or a person's mistake; the API server would not have started with it.
Result<GateMap> parse_flag(const std::string& value) {
  GateMap gates;
  for (const std::string& part : split(value, ',')) {
    if (trim(part).empty()) continue;
    const auto halves = split(std::string(trim(part)), '=');
    const std::string on = halves.size() == 2 ? to_lower(halves[1]) : "";
    if (on != "true" && on != "false")
      return fail(ErrorKind::kUsage, "the manifest's --feature-gates has '" + shorten(part, 80) + "'");
    gates[halves[0]] = on == "true";
  }
  return gates;
}

}  // namespace

std::string feature_gates_flag(const GateMap& gates) {
  std::vector<std::string> parts;
  for (const auto& [gate, on] : gates) parts.push_back(gate + (on ? "=true" : "=false"));
  return join(parts, ",");
}

// Edited as text, line by line: kubeadm writes one flag a line, and everything else stays as it was to the byte.
Result<std::string> manifest_with_gates(const std::string& manifest, const GateMap& gates,
                                        const std::string& component) {
  static const re2::RE2 flag_line(R"((\s*- )["']?(--[a-z0-9-]+)(?:=(.*?))?["']?\s*)");
  std::vector<std::string> lines = split(manifest, '\n');
  bool in_command = false;
  std::size_t last_flag = 0;
  std::string indent;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (trim(lines[i]) == "- " + component) in_command = true;
    std::string prefix, flag, value;
    if (!in_command || !re2::RE2::FullMatch(lines[i], flag_line, &prefix, &flag, &value)) {
      if (in_command && last_flag != 0) break;  // behind the flags
      continue;
    }
    last_flag = i;
    indent = prefix;
    if (flag != "--feature-gates") continue;
    GRADUAND_TRY_ASSIGN(GateMap all, parse_flag(value));
    for (const auto& [gate, on] : gates) all[gate] = on;
    lines[i] = indent + "--feature-gates=" + feature_gates_flag(all);
    return join(lines, "\n");
  }
  if (last_flag == 0) return fail(ErrorKind::kUsage, "the text is no manifest of " + component);
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(last_flag) + 1,
               indent + "--feature-gates=" + feature_gates_flag(gates));
  return join(lines, "\n");
}

GateMap gates_in_manifest(const std::string& manifest) {
  static const re2::RE2 flag(R"(- ["']?--feature-gates=([A-Za-z0-9=,]*))");
  std::string value;
  if (!re2::RE2::PartialMatch(manifest, flag, &value)) return {};
  return parse_flag(value).value_or(GateMap{});
}

GateMap gates_in_config(const std::string& config) {
  GateMap gates;
  const auto document = YamlDocument::parse(config, "configuration");
  const auto value = document ? yaml_to_json(*document, document->root()) : Result<json::value>(json::value{});
  if (!value) return gates;
  for (const auto& [gate, on] : object_at(*value, "featureGates"))
    if (on.is_bool()) gates[std::string(gate)] = on.as_bool();
  return gates;
}

Result<std::string> marked_manifest(const std::string& manifest, const std::string& mark) {
  std::vector<std::string> lines = split(manifest, '\n');
  std::erase_if(lines, [](const auto& line) { return starts_with(line, "    graduand.io/replaced: "); });
  const auto line = fmt::format("    graduand.io/replaced: \"{}\"", mark);
  const auto metadata = std::find(lines.begin(), lines.end(), "metadata:");
  if (metadata == lines.end()) return fail(ErrorKind::kUsage, "the text is no manifest: it has no metadata");
  const auto behind = std::find_if(metadata + 1, lines.end(), [](const auto& l) { return !starts_with(l, " "); });
  const auto annotations = std::find(metadata + 1, behind, "  annotations:");
  if (annotations != behind)
    lines.insert(annotations + 1, line);
  else
    lines.insert(metadata + 1, {"  annotations:", line});
  return join(lines, "\n");
}

Result<std::string> config_with_gates(const std::string& config, const GateMap& gates) {
  static const re2::RE2 head(R"(featureGates:\s*(\{\}|null|~)?\s*)");
  static const re2::RE2 entry(R"((\s+)([A-Za-z0-9]+):\s*(true|false)\s*)");
  std::vector<std::string> lines = split(config, '\n');
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  GateMap all = gates;
  std::string indent = "  ";
  auto at =
      std::find_if(lines.begin(), lines.end(), [](const auto& line) { return starts_with(line, "featureGates:"); });
  if (at == lines.end()) {
    at = lines.insert(lines.end(), "featureGates:");
  } else if (!re2::RE2::FullMatch(*at, head)) {
    return fail(ErrorKind::kUsage, "the configuration has '" + shorten(*at, 80) + "'", {}, "expected a block of gates");
  }
  *at = "featureGates:";
  const auto first = at + 1;
  auto end = first;
  std::string gate, on;
  for (; end != lines.end() && re2::RE2::FullMatch(*end, entry, &indent, &gate, &on); ++end)
    all.emplace(gate, on == "true");
  std::vector<std::string> text(lines.begin(), first);
  for (const auto& [name, value] : all) text.push_back(indent + name + ": " + (value ? "true" : "false"));
  text.insert(text.end(), end, lines.end());
  return join(text, "\n") + "\n";
}

}  // namespace graduand::cluster
