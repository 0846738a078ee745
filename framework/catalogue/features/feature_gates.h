// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"
#include "framework/catalogue/kube_version.h"

namespace graduand::catalogue {

enum class GateStage { kAlpha, kBeta, kGA, kDeprecated };
const char* to_string(GateStage stage);

struct GateSpec {
  KubeVersion since;  // a minor, from which on it is so; of a patch release's own default, its minor
  bool default_on = false;
  bool locked = false;  // cannot be set to anything but the default
  GateStage stage = GateStage::kAlpha;
};

// Kubernetes' versioned feature list: what each gate is at each minor version. Source of the facts:
// test/compatibility_lifecycle/reference/versioned_feature_list.yaml of the version named in the data file. That list
// is rewritten when a default is reverted; what earlier patch releases shipped is added from data/gates-by-patch.json,
// whose entries name their sources.
class FeatureGates {
 public:
  // The table that is built into the program.
  static const FeatureGates& builtin();
  static Result<FeatureGates> parse(std::string_view json_text, std::string_view source);
  // Adds what patch releases shipped, and gates that the list does not have. kUsage for a file that cannot be read, a
  // patch release without a patch, one of a minor at which the gate does not exist, a gate that neither has specs nor
  // is in the list; nothing is added then.
  Status add_patches(std::string_view json_text, std::string_view source);

  // The gate at a version, as that patch release shipped it; of a minor ("v1.31"), as its first release, x.y.0, did.
  // Where nothing is known of patch releases: the last spec at or below the minor. nullopt when it does not exist there
  // (unknown, not yet introduced, or removed).
  std::optional<GateSpec> at(const std::string& gate, const KubeVersion& version) const;
  // The minors at which the gate exists, as far as the table goes: from first to last. nullopt when it is unknown.
  struct Range {
    KubeVersion first;
    KubeVersion last;
  };
  std::optional<Range> range(const std::string& gate) const;
  // The newest minor that the table was made from.
  KubeVersion newest() const;
  bool known(const std::string& gate) const;  // at any version
  // Whether the table was made from a list that covers this minor; beyond it `at` is an extrapolation.
  bool covers(const KubeVersion& version) const;
  std::vector<std::string> names() const;
  // kUsage when setting `gate` to `value` at `version` would make a component refuse to start: unknown (with a
  // did-you-mean), not there yet, removed, or locked. AllAlpha and AllBeta are always accepted.
  Status check_request(const std::string& gate, bool value, const KubeVersion& version) const;

 private:
  struct Gate {
    std::vector<GateSpec> specs;
    std::optional<KubeVersion> removed_in;
    std::vector<GateSpec> patches;  // `since` a patch release; ordered
  };
  std::map<std::string, Gate> gates_;
  std::vector<KubeVersion> versions_;
};

}  // namespace graduand::catalogue
