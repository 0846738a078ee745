// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/need.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "framework/base/text.h"
#include "framework/catalogue/features/feature_gates.h"

namespace graduand::catalogue {
namespace {

constexpr const char* kApiServerWord = "api-server";

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : split(text, ' '))
    if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool is_comparison(const std::string& word) {
  return word == ">=" || word == "<";
}

bool parse_count(const std::string& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

bool is_gate_name(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

std::string why_unlisted(const std::string& component, const CellFacts& facts) {
  const auto& unverified = facts.unverified_components;
  if (std::find(unverified.begin(), unverified.end(), component) != unverified.end()) {
    return "its gates could not be read";
  }
  return component == kKubelet ? "it is not listed there, or not alike on all nodes" : "it is not listed there";
}

}  // namespace

Result<Need> Need::parse(std::string_view text) {
  const auto refuse = [&](const std::string& why, std::string hint = {}) {
    return fail(ErrorKind::kUsage, "need '" + shorten(printable(text), 120) + "': " + why, {}, std::move(hint));
  };
  const std::vector<std::string> words = words_of(text);
  const std::size_t count = words.size();
  Need need;
  need.text_ = join(words, " ");

  if (count >= 3 && words[0] == "gate") {
    need.gate_ = words[1];
    if (!is_gate_name(need.gate_)) return refuse("'" + need.gate_ + "' is not a gate's name");
    if (words[2] == "unlocked" && count == 3) {
      need.kind_ = Kind::kGateUnlocked;
      return need;
    }
    need.kind_ = Kind::kGate;
    need.on_ = words[2] == "on";
    if (!need.on_ && words[2] != "off") return refuse("expected 'on', 'off' or 'unlocked' after the gate's name");
    need.components_ = {kApiServer, kKubelet};
    if (count == 3) return need;
    if (count != 5 || words[3] != "at") return refuse("expected nothing, or 'at COMPONENT', after '" + words[2] + "'");
    const auto& all = components();
    if (std::find(all.begin(), all.end(), words[4]) == all.end()) {
      return refuse("'" + words[4] + "' is not a component; expected one of " + join(all, ", "),
                    did_you_mean_hint(words[4], all));
    }
    need.components_ = {words[4]};
    return need;
  }
  if (need.text_ == "node access") return need;

  if (count >= 3 && is_comparison(words[count - 2])) {
    const std::string subject = join({words.begin(), words.end() - 2}, " ");
    need.at_least_ = words[count - 2] == ">=";
    if (subject == kKubelet || subject == kApiServerWord) {
      need.kind_ = Kind::kVersion;
      need.components_ = {subject == kKubelet ? kKubelet : kApiServer};
      auto version = KubeVersion::parse(words.back());
      if (!version) return refuse(version.error().message);
      need.version_ = *version;
      return need;
    }
    if (subject == "nodes" || subject == "threads per core") {
      need.kind_ = subject == "nodes" ? Kind::kNodes : Kind::kThreadsPerCore;
      if (!parse_count(words.back(), need.number_)) return refuse("'" + words.back() + "' is not a number");
      return need;
    }
  }
  return refuse(
      "not understood; expected 'gate X on|off [at COMPONENT]', 'gate X unlocked', 'kubelet >= 1.33', 'api-server < "
      "1.34', 'threads per core >= 2', 'nodes >= 2' or 'node access'");
}

std::optional<std::string> Need::unmet(const CellFacts& facts) const {
  const auto because = [&](const std::string& why) { return "needs " + text_ + ": " + why; };
  const auto compared = [&](const auto& actual, const auto& wanted) {
    return at_least_ ? actual >= wanted : actual < wanted;
  };
  switch (kind_) {
    case Kind::kGate:
      for (const std::string& component : components_) {
        const auto effective = facts.effective(component, gate_);
        if (effective && *effective == on_) continue;
        const std::string why =
            effective ? std::string("it is ") + (*effective ? "on" : "off") : why_unlisted(component, facts);
        return fmt::format("needs gate {} {} at {}: {}", gate_, on_ ? "on" : "off", component, why);
      }
      return std::nullopt;
    case Kind::kGateUnlocked: {
      const KubeVersion& version = facts.api_server_version;
      const auto spec = FeatureGates::builtin().at(gate_, version);
      if (!spec) return because("there is no such gate at " + version.str());
      if (!spec->locked) return std::nullopt;
      return because(fmt::format("it is locked {} at {}", spec->default_on ? "on" : "off", version.str()));
    }
    case Kind::kVersion: {
      const bool kubelet = components_.front() == kKubelet;
      const auto versions = kubelet ? facts.kubelet_versions : std::vector<KubeVersion>{facts.api_server_version};
      if (versions.empty()) return because("no kubelet's version is known");
      for (const KubeVersion& version : versions) {
        if (version.major == 0) return because("the version is not known");
        if (!compared(version, version_)) return because((kubelet ? "a kubelet is " : "it is ") + version.str());
      }
      return std::nullopt;
    }
    case Kind::kThreadsPerCore:
      if (compared(facts.threads_per_core, number_)) return std::nullopt;
      return because(fmt::format("a node has {}", facts.threads_per_core));
    case Kind::kNodes:
      if (compared(facts.nodes, number_)) return std::nullopt;
      return because(fmt::format("the cluster has {}", facts.nodes));
    case Kind::kNodeAccess:
      if (facts.node_access) return std::nullopt;
      return because("commands cannot be run on this cluster's nodes");
  }
  return std::nullopt;
}

std::optional<std::string> first_unmet(const std::vector<std::string>& needs, const CellFacts& facts) {
  for (const std::string& text : needs) {
    const auto need = Need::parse(text);
    if (!need) return need.error().message;  // an older program may meet a newer suite: it cannot promise what it needs
    if (auto reason = need->unmet(facts)) return reason;
  }
  return std::nullopt;
}

}  // namespace graduand::catalogue
