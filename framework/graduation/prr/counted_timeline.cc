// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/counted_timeline.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/catalogue/provider_capabilities.h"

namespace graduand::graduation::prr {
namespace {

using catalogue::CellFacts;
using catalogue::FeatureInfo;
using catalogue::KubeVersion;
using results::Attempt;
using results::Outcome;
using results::Transition;

// The cycle of one gate, one phase after the other. A phase that is not known, or is neither on nor off, moves nothing.
class GateRoles {
 public:
  GateRole see(GateState state) {
    switch (state) {
      case GateState::kUnverified:
        return GateRole::kUnverified;
      case GateState::kMixed:
        return GateRole::kPartly;
      case GateState::kOn: {
        const GateRole role = off_after_on_ ? GateRole::kReenabled : off_ ? GateRole::kEnabled : GateRole::kUntouched;
        on_ = true;
        return role;
      }
      case GateState::kOff:
        off_ = true;
        off_after_on_ = off_after_on_ || on_;
        return on_ ? GateRole::kDisabled : GateRole::kUntouched;
    }
    return GateRole::kUnverified;
  }

 private:
  bool on_ = false, off_ = false, off_after_on_ = false;
};

class VersionRoles {
 public:
  VersionRole see(const KubeVersion& server) {
    const int now = server.major * 1000 + server.minor;
    if (before_ != 0 && now < before_) role_ = VersionRole::kDowngraded;
    if (before_ != 0 && now > before_)
      role_ = role_ == VersionRole::kDowngraded || role_ == VersionRole::kUpgradedAgain ? VersionRole::kUpgradedAgain
                                                                                        : VersionRole::kUpgraded;
    before_ = now;
    return role_;
  }

 private:
  int before_ = 0;
  VersionRole role_ = VersionRole::kAsCreated;
};

bool kubelets_follow(const CellFacts& facts) {
  return !facts.kubelet_versions.empty() &&
         std::all_of(facts.kubelet_versions.begin(), facts.kubelet_versions.end(),
                     [&](const KubeVersion& one) { return one.same_minor(facts.api_server_version); });
}

std::string gate_text(const std::string& gate, const FeatureInfo& info, const CellFacts* facts) {
  std::vector<std::string> on, off, unknown;
  for (const std::string& component : info.components_of(gate)) {
    if (facts != nullptr && facts->reading(component) == CellFacts::Reading::kAbsent) continue;
    const GateState state = gate_state(gate, {component}, facts);
    (state == GateState::kOn ? on : state == GateState::kOff ? off : unknown).push_back(component);
  }
  if (on.empty() && off.empty()) return to_string(GateState::kUnverified);
  if (!unknown.empty()) {
    std::vector<std::string> parts;
    if (!on.empty()) parts.push_back("on at " + join(on, ", "));
    if (!off.empty()) parts.push_back("off at " + join(off, ", "));
    parts.push_back("unverified at " + join(unknown, ", "));
    return join(parts, ", ");
  }
  if (off.empty()) return "on";
  if (on.empty()) return "off";
  // The smaller side says it; an off side that is as large is the news.
  if (on.size() < off.size()) return "on at " + join(on, ", ") + ", off elsewhere";
  return "off at " + join(off, ", ") + ", on elsewhere";
}

}  // namespace

bool Phase::is(GateRole role) const {
  return std::any_of(gates.begin(), gates.end(), [&](const auto& gate) { return gate.second == role; });
}

const Phase* CountedTimeline::phase(const std::string& name) const {
  for (const Phase& phase : phases)
    if (phase.at->name == name) return &phase;
  return nullptr;
}

const Phase* CountedTimeline::reached_by(const Transition& transition) const {
  for (const Phase& phase : phases)
    if (phase.at->by == &transition) return &phase;
  return nullptr;
}

const Phase* CountedTimeline::of(const Attempt& attempt) const {
  return relation_of(attempt, *timeline) == AttemptRelation::kInPhase ? phase(attempt.first_phase) : nullptr;
}

bool CountedTimeline::ever(GateRole role) const {
  return std::any_of(phases.begin(), phases.end(), [&](const Phase& one) { return one.is(role); });
}

bool CountedTimeline::ever(VersionRole role) const {
  return std::any_of(phases.begin(), phases.end(), [&](const Phase& one) { return one.version == role; });
}

std::vector<Phase> phases_of(const InstanceTimeline& timeline, const FeatureInfo& info, Timestamp as_of) {
  std::vector<Phase> phases;
  std::map<std::string, GateRoles> cycles;
  VersionRoles versions;
  for (const TimelinePhase& one : timeline.phases) {
    if (one.by != nullptr && one.by->started + one.by->took > as_of) break;
    Phase phase;
    phase.at = &one;
    const CellFacts* facts = phase.facts();
    phase.verified = timeline.instance->outcome == Outcome::kPassed && unverified(info, facts).empty();
    for (const std::string& gate : info.gates)
      phase.gates[gate] =
          cycles[gate].see(phase.verified ? gate_state(gate, info.components_of(gate), facts) : GateState::kUnverified);
    phase.version = phase.verified ? versions.see(facts->api_server_version) : VersionRole::kUnverified;
    phase.with_kubelets = phase.verified && kubelets_follow(*facts);
    phases.push_back(std::move(phase));
  }
  return phases;
}

std::vector<CountedTimeline> counted_timelines(const Evidence& evidence) {
  const RunFilter& filter = evidence.filter;
  const auto kept = [&](const std::vector<const Transition*>& all) {
    std::vector<const Transition*> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](const auto* one) { return filter.counts(*one); });
    return some;
  };
  std::vector<CountedTimeline> walks;
  for (const InstanceTimeline& timeline : evidence.timelines) {
    if (!filter.runs().contains(timeline.instance->run_id) ||
        catalogue::capabilities_of(timeline.instance->provider).simulated)
      continue;
    CountedTimeline walk;
    walk.timeline = &timeline;
    walk.phases = phases_of(timeline, evidence.input.info, evidence.input.as_of);
    walk.transitions = kept(timeline.transitions);
    for (const Attempt* attempt : timeline.attempts)
      if (filter.counts(*attempt)) walk.attempts.push_back(attempt);
    for (const auto& [attempt, made] : timeline.made_by)
      if (auto some = kept(made); !some.empty()) walk.made_by.emplace(attempt, std::move(some));
    walks.push_back(std::move(walk));
  }
  return walks;
}

std::string gates_text(const CellFacts* facts, const FeatureInfo& info) {
  std::vector<std::string> parts;
  for (const std::string& gate : info.gates) {
    const std::string text = gate_text(gate, info, facts);
    parts.push_back(info.gates.size() == 1 ? text : gate + " " + text);
  }
  return parts.empty() ? "–" : join(parts, "; ");
}

std::string server_text(const CellFacts* facts) {
  return facts == nullptr ? to_string(GateState::kUnverified) : facts->api_server_version.str();
}

std::string kubelets_text(const CellFacts* facts) {
  if (facts == nullptr || facts->kubelet_versions.empty()) return to_string(GateState::kUnverified);
  const auto& all = facts->kubelet_versions;
  const auto [least, most] = std::minmax_element(all.begin(), all.end());
  return *least == *most ? least->str() : least->str() + " to " + most->str();
}

std::string text_of(const results::Transition& transition) {
  const auto& request = transition.request;
  std::string text = to_string(request.kind);
  std::vector<std::string> gates;
  for (const auto& [gate, on] : request.gates) gates.push_back(gate + (on ? "=true" : "=false"));
  if (!gates.empty()) text += " " + join(gates, ",");
  if (request.version) text += " to " + request.version->str();
  if (request.control_plane_only) text += ", control plane only";
  if (request.restore_etcd) text += ", etcd snapshot restored";
  if (!gates.empty()) text += " at " + (request.component.empty() ? "every component" : request.component);
  if (gates.empty() && !request.component.empty()) text += " " + request.component;
  if (!request.node.empty()) text += " on " + request.node;
  return text;
}

}  // namespace graduand::graduation::prr
