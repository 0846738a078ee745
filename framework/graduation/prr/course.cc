// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/course.h"

#include <algorithm>

#include "framework/base/text.h"

namespace graduand::graduation::prr {
namespace {

using catalogue::CellFacts;
using catalogue::FeatureInfo;
using catalogue::KubeVersion;
using results::Outcome;
using results::Transition;

// The cycle of the gates, one phase after the other.
class GateCycleRoles {
 public:
  GateRole see(const FeatureInfo& feature, const CellFacts* facts) {
    switch (gate_state(feature, facts)) {
      case GateState::kUnverified:
        return feature.gates.empty() ? GateRole::kUntouched : GateRole::kUnknown;
      case GateState::kMixed:
        return first_++ == 0 ? GateRole::kUntouched : GateRole::kPartly;
      case GateState::kOn: {
        const bool again = off_after_on_;
        const bool changed = first_++ > 0 && last_ != GateState::kOn;
        last_ = GateState::kOn;
        on_ = true;
        if (again) return GateRole::kReenabled;
        return changed ? GateRole::kEnabled : GateRole::kUntouched;
      }
      case GateState::kOff: {
        const bool disabled = on_;
        ++first_;
        last_ = GateState::kOff;
        off_after_on_ = on_;
        return disabled ? GateRole::kDisabled : GateRole::kUntouched;
      }
    }
    return GateRole::kUnknown;
  }

 private:
  int first_ = 0;  // phases that were read
  GateState last_ = GateState::kUnverified;
  bool on_ = false, off_after_on_ = false;
};

// The cycle of the versions.
class VersionCycleRoles {
 public:
  VersionRole see(const CellFacts* facts) {
    if (facts == nullptr) return VersionRole::kUnknown;
    const KubeVersion minor{facts->api_server_version.major, facts->api_server_version.minor, -1, {}};
    const bool mixed = std::any_of(facts->kubelet_versions.begin(), facts->kubelet_versions.end(),
                                   [&](const KubeVersion& kubelet) { return !kubelet.same_minor(minor); });
    const bool first = !last_;
    if (mixed) return first ? VersionRole::kAsCreated : VersionRole::kPartly;
    if (last_ && minor > *last_)
      role_ = role_ == VersionRole::kDowngraded || role_ == VersionRole::kUpgradedAgain ? VersionRole::kUpgradedAgain
                                                                                        : VersionRole::kUpgraded;
    if (last_ && minor < *last_) role_ = VersionRole::kDowngraded;
    last_ = minor;
    return role_;
  }

 private:
  std::optional<KubeVersion> last_;
  VersionRole role_ = VersionRole::kAsCreated;
};

std::string state_text(const std::string& gate, const std::vector<std::string>& components, const CellFacts* facts) {
  std::vector<std::string> on, off;
  for (const std::string& component : components) {
    if (facts != nullptr && facts->reading(component) == CellFacts::Reading::kAbsent) continue;
    const GateState here = gate_state(gate, {component}, facts);
    if (here == GateState::kUnverified) return "unverified";
    (here == GateState::kOn ? on : off).push_back(component);
  }
  if (on.empty() && off.empty()) return "unverified";
  if (off.empty()) return "on";
  if (on.empty()) return "off";
  // The smaller side says it; an off side that is as large is the news.
  if (on.size() < off.size()) return "on at " + join(on, ", ") + ", off elsewhere";
  return "off at " + join(off, ", ") + ", on elsewhere";
}

}  // namespace

const CoursePhase* Course::phase(const std::string& name) const {
  for (const CoursePhase& one : phases)
    if (one.name == name) return &one;
  return nullptr;
}

bool Course::ever(GateRole role) const {
  return std::any_of(phases.begin(), phases.end(), [&](const CoursePhase& one) { return one.gate_role == role; });
}

bool Course::ever(VersionRole role) const {
  return std::any_of(phases.begin(), phases.end(), [&](const CoursePhase& one) { return one.version_role == role; });
}

std::vector<Course> courses_of(const std::vector<InstanceTimeline>& timelines, const RunFilter& filter,
                               const FeatureInfo& feature) {
  std::vector<Course> courses;
  for (const InstanceTimeline& timeline : timelines) {
    if (!filter.counts(*timeline.instance)) continue;
    Course course;
    course.timeline = &timeline;
    course.instance = timeline.instance;
    GateCycleRoles gates;
    VersionCycleRoles versions;
    for (const TimelinePhase& one : timeline.phases) {
      if (one.by != nullptr && !filter.counts(*one.by)) continue;
      CoursePhase phase{one.name, one.by, one.facts ? &*one.facts : nullptr, false, {}, {}};
      phase.verified = unverified(feature, phase.facts).empty();
      phase.gate_role = gates.see(feature, phase.facts);
      phase.version_role = versions.see(phase.facts);
      course.phases.push_back(std::move(phase));
    }
    for (const Transition* transition : timeline.transitions)
      if (filter.counts(*transition)) course.transitions.push_back(transition);
    for (const results::Attempt* attempt : timeline.attempts)
      if (filter.counts(*attempt)) course.attempts.push_back(attempt);
    for (const auto& [attempt, made] : timeline.made_by)
      for (const Transition* transition : made)
        if (filter.counts(*transition)) course.made_by[attempt].push_back(transition);
    courses.push_back(std::move(course));
  }
  return courses;
}

std::string text_of(const Transition& transition) {
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

std::string gates_text(const CoursePhase& phase, const FeatureInfo& feature) {
  std::vector<std::string> parts;
  for (const std::string& gate : feature.gates) {
    const std::string text = state_text(gate, feature.components_of(gate), phase.facts);
    parts.push_back(feature.gates.size() == 1 ? text : gate + " " + text);
  }
  return parts.empty() ? "–" : join(parts, "; ");
}

std::string kubelets_text(const CoursePhase& phase) {
  if (phase.facts == nullptr || phase.facts->kubelet_versions.empty()) return "–";
  const auto& versions = phase.facts->kubelet_versions;
  const auto [least, most] = std::minmax_element(versions.begin(), versions.end());
  return *least == *most ? least->str() : least->str() + " to " + most->str();
}

}  // namespace graduand::graduation::prr
