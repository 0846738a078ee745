// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"
#include "framework/catalogue/cell.h"

namespace graduand::catalogue {

// What a case needs of its cell, as text that people read and records keep:
//   gate PodLifecycleSleepAction on                     API server and kubelet
//   gate PodLifecycleSleepAction off at kube-apiserver  one component
//   gate PodLifecycleSleepAction unlocked               it can be flipped at this version
//   kubelet >= 1.33      every kubelet         api-server >= 1.34      api-server < 1.34
//   threads per core >= 2      nodes >= 2      node access
class Need {
 public:
  static Result<Need> parse(std::string_view text);
  const std::string& text() const { return text_; }
  // nullopt when met; else the reason, ready to be a skip's reason: "needs gate X on at kubelet: it is off".
  std::optional<std::string> unmet(const CellFacts& facts) const;
  // Whether meeting it depends on gates only (so a required cell can be told from its description).
  bool about_gates() const { return kind_ == Kind::kGate; }

 private:
  enum class Kind { kGate, kGateUnlocked, kVersion, kThreadsPerCore, kNodes, kNodeAccess };
  Kind kind_ = Kind::kNodeAccess;
  std::string text_;
  std::string gate_;
  std::vector<std::string> components_;
  bool on_ = true;
  bool at_least_ = true;  // false: "<"
  KubeVersion version_;
  int number_ = 0;
};

// The first unmet need's reason, or nullopt.
std::optional<std::string> first_unmet(const std::vector<std::string>& needs, const CellFacts& facts);

}  // namespace graduand::catalogue
