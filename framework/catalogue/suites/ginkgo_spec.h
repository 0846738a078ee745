// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/catalogue/case.h"
#include "framework/catalogue/suites/ginkgo_settings.h"

namespace graduand::catalogue {

// A spec of a Ginkgo binary, as its dry run lists it.
struct GinkgoSpec {
  std::string name;                 // the texts of its containers and its own, joined by spaces: what --focus matches
  std::vector<std::string> labels;  // of containers and its own, each once
  std::string file;                 // as compiled in: "k8s.io/kubernetes/test/e2e/node/pods.go"
  int line = 0;
  bool serial = false;  // by its decorator, whatever its labels say
};

// The name without what promotion adds or takes away: [Alpha], [Beta], [Deprecated], [BetaOffByDefault], [Feature:X],
// [FeatureGate:X], [Conformance], [NodeConformance], [MinimumKubeletVersion:X], [KubeletMinVersion:X]; white space
// collapsed.
std::string stable_text(std::string_view name);

// The specs as cases of suite `suite`, in their order; `images` are references with tags, as the binary lists them.
//  - id: "<suite>/<stable text>", renamed where settings.renames says so. Where two specs would share it, they keep
//    their names, then also "<file name>:<line>"; where even that is the same they are numbered, "#1" and so on, and
//    such a spec cannot be run without its twins;
//  - labels: the spec's own; "KubeletMinVersion:X" is added for "[MinimumKubeletVersion:X]" in the name;
//  - features, needs and images by the rules; a minimum kubelet version is a need, too;
//  - serial by the decorator or the label Serial, disruptive by the label Disruptive, the time limit by the label Slow.
std::vector<CaseInfo> cases_of_specs(const std::string& suite, const GinkgoSettings& settings,
                                     const std::vector<GinkgoSpec>& specs, const std::vector<std::string>& images);

}  // namespace graduand::catalogue
