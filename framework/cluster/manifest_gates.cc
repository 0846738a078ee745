// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <re2/re2.h>

#include "framework/base/text.h"
#include "framework/cluster/gate_flip.h"
#include "framework/cluster/kind_config.h"

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

// Edited as text, line by line: kubeadm writes one flag a line, and everything else stays as it was to the byte.
Result<std::string> manifest_with_gates(const std::string& manifest, const GateMap& gates) {
  static const re2::RE2 flag_line(R"((\s*- )["']?(--[a-z0-9-]+)(?:=(.*?))?["']?\s*)");
  std::vector<std::string> lines = split(manifest, '\n');
  bool in_command = false;
  std::size_t last_flag = 0;
  std::string indent;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (trim(lines[i]) == "- kube-apiserver") in_command = true;
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
  if (last_flag == 0) return fail(ErrorKind::kUsage, "the text is no manifest of kube-apiserver");
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(last_flag) + 1,
               indent + "--feature-gates=" + feature_gates_flag(gates));
  return join(lines, "\n");
}

}  // namespace graduand::cluster
