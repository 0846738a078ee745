// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/merge_features.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"

namespace graduand::catalogue {
namespace {

template <class T>
bool same_items(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::is_permutation(a.begin(), a.end(), b.begin());
}

std::string keps_text(const FeatureInfo& info) {
  std::vector<std::string> texts;
  for (const int kep : info.keps) texts.push_back(std::to_string(kep));
  return join(texts, ", ");
}

std::string gates_text(const FeatureInfo& info) {
  std::vector<std::string> texts;
  for (const std::string& gate : info.gates) {
    const auto own = info.components.find(gate);
    texts.push_back(own == info.components.end() ? gate : gate + " at " + join(own->second, " and "));
  }
  return join(texts, ", ");
}

std::string stages_text(const FeatureInfo& info) {
  std::vector<std::string> texts;
  for (const auto& [stage, version] : info.stages) texts.push_back(stage + " " + version.str());
  return join(texts, ", ");
}

std::string cells_text(const std::vector<RequiredCell>& cells) {
  std::vector<std::string> texts;
  for (const RequiredCell& cell : cells) texts.push_back("'" + cell.name + "' of " + cell.kubernetes.str());
  return join(texts, ", ");
}

bool same_gates(const FeatureInfo& a, const FeatureInfo& b) {
  return same_items(a.gates, b.gates) && std::all_of(a.components.begin(), a.components.end(), [&](const auto& one) {
           const auto other = b.components.find(one.first);
           return other == b.components.end() || same_items(one.second, other->second);
         });
}

std::string filled(const std::string& text) {
  return text.empty() ? "none" : text;
}

// Adds one statement of a feature's facts to what is known of it.
class Merge {
 public:
  Merge(FeatureInfo& known, const FeatureInfo& stated) : known_(known), stated_(stated) {}

  Status run() {
    if (differ("keps", same_items(known_.keps, stated_.keps)))
      return contradiction("keps", "KEPs", keps_text(known_), keps_text(stated_));
    if (differ("gates", same_gates(known_, stated_)))
      return contradiction("gates", "gates", gates_text(known_), gates_text(stated_));
    if (differ("stages", known_.stages == stated_.stages))
      return contradiction("stages", "stages", stages_text(known_), stages_text(stated_));
    if (adds("keps")) known_.keps = stated_.keps;
    if (adds("gates")) known_.gates = stated_.gates;
    known_.components.insert(stated_.components.begin(), stated_.components.end());
    if (adds("stages")) known_.stages = stated_.stages;
    for (const auto& [stage, cells] : stated_.required_cells) {
      const std::string member = "required-cells." + stage;
      auto& own = known_.required_cells[stage];
      if (differ(member, same_items(own, cells)))
        return contradiction(member, "required cells for " + stage, cells_text(own), cells_text(cells));
      if (adds(member)) own = cells;
    }
    for (const auto& [member, place] : stated_.where) known_.where.emplace(member, place);
    return {};
  }

 private:
  bool adds(const std::string& member) const { return stated_.where.count(member) && !known_.where.count(member); }
  bool differ(const std::string& member, bool same) const {
    return stated_.where.count(member) && known_.where.count(member) && !same;
  }
  tl::unexpected<Error> contradiction(const std::string& member, const std::string& words, const std::string& known,
                                      const std::string& stated) const {
    std::string message = fmt::format("the {} of {} are {} here, and {} at {}", words, known_.name, filled(stated),
                                      filled(known), known_.where.at(member));
    if (stated == known)
      message = fmt::format("the {} of {} are others at {}", words, known_.name, known_.where.at(member));
    return fail(ErrorKind::kUsage, message, stated_.where.at(member),
                "a feature's facts stand once, in features/" + known_.name + ".yaml; a suite names the feature");
  }

  FeatureInfo& known_;
  const FeatureInfo& stated_;
};

}  // namespace

Result<std::vector<FeatureInfo>> merge_features(const std::vector<FeatureInfo>& files,
                                                const std::vector<SuiteFile>& suites) {
  std::map<std::string, FeatureInfo> known;
  for (const FeatureInfo& file : files) known.emplace(file.name, file);
  for (const SuiteFile& suite : suites) {
    for (const FeatureInfo& stated : suite.features) {
      FeatureInfo& info = known[stated.name];
      info.name = stated.name;
      GRADUAND_TRY(Merge(info, stated).run());
      if (info.sig.empty()) info.sig = stated.sig;
      const bool has_file =
          std::any_of(files.begin(), files.end(), [&](const auto& one) { return one.name == info.name; });
      if (!has_file && !stated.required_cells.empty()) info.required_suites.push_back(suite.name);
    }
  }
  std::vector<FeatureInfo> merged;
  for (auto& [name, info] : known) merged.push_back(std::move(info));
  return merged;
}

}  // namespace graduand::catalogue
