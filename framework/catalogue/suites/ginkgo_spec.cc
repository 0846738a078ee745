// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/ginkgo_spec.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <memory>

#include "framework/base/text.h"

namespace graduand::catalogue {
namespace {

constexpr const char* kMinimumKubelet = "KubeletMinVersion:";

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void add(std::vector<std::string>& all, const std::string& one) {
  if (!has(all, one)) all.push_back(one);
}

std::string collapsed(std::string_view text) {
  std::string out;
  for (const std::string& word : split(text, ' ')) {
    if (word.empty()) continue;
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

class CaseMaker {
 public:
  CaseMaker(const std::string& suite, const GinkgoSettings& settings, const std::vector<std::string>& images)
      : suite_(suite), settings_(settings) {
    for (const SpecRule& rule : settings.rules)
      for (const std::string& pattern : rule.patterns)
        patterns_[&rule].push_back(std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet));
    for (const std::string& reference : images) tagged_[reference.substr(0, reference.rfind(':'))].push_back(reference);
  }

  CaseInfo make(const GinkgoSpec& spec) const {
    CaseInfo info;
    info.suite = suite_;
    info.name = spec.name;
    info.file = spec.file;
    info.line = spec.line;
    info.labels = spec.labels;
    std::string text = stable_text(spec.name);
    if (const auto renamed = settings_.renames.find(text); renamed != settings_.renames.end()) text = renamed->second;
    info.id = suite_ + "/" + text;
    static const re2::RE2 old_spelling(R"(\[MinimumKubeletVersion:([^\]]+)\])");
    if (std::string version; re2::RE2::PartialMatch(spec.name, old_spelling, &version))
      add(info.labels, kMinimumKubelet + version);
    for (const std::string& label : info.labels)
      if (starts_with(label, kMinimumKubelet)) add(info.needs, "kubelet >= " + label.substr(18));
    info.own_labels = true;
    info.disruptive = has(info.labels, "Disruptive");
    info.serial = spec.serial || info.disruptive || has(info.labels, "Serial");
    info.time_limit = has(info.labels, "Slow") ? settings_.slow_time_limit : settings_.time_limit;
    add_images(settings_.images, info);
    for (const SpecRule& rule : settings_.rules) apply(rule, info);
    return info;
  }

 private:
  void apply(const SpecRule& rule, CaseInfo& info) const {
    bool fits = std::any_of(rule.labels.begin(), rule.labels.end(),
                            [&](const std::string& label) { return has(info.labels, label); });
    if (const auto compiled = patterns_.find(&rule); !fits && compiled != patterns_.end())
      fits = std::any_of(compiled->second.begin(), compiled->second.end(),
                         [&](const auto& pattern) { return re2::RE2::PartialMatch(info.name, *pattern); });
    if (!fits) return;
    add(info.features, rule.feature);
    for (const std::string& need : rule.needs) add(info.needs, need);
    add_images(rule.images, info);
  }

  void add_images(const std::vector<std::string>& names, CaseInfo& info) const {
    for (const std::string& name : names) {
      const auto tagged = tagged_.find(name);
      // What the binary does not list is taken as it is written: perhaps it has a tag already.
      if (tagged == tagged_.end())
        add(info.images, name);
      else
        for (const std::string& reference : tagged->second) add(info.images, reference);
    }
  }

  const std::string& suite_;
  const GinkgoSettings& settings_;
  std::map<const SpecRule*, std::vector<std::unique_ptr<re2::RE2>>> patterns_;
  std::map<std::string, std::vector<std::string>> tagged_;
};

// Gives each case whose id another has, too, the id that `make` makes.
template <class Make>
void tell_apart(std::vector<CaseInfo>& cases, Make make) {
  std::map<std::string, std::vector<CaseInfo*>> by_id;
  for (CaseInfo& info : cases) by_id[info.id].push_back(&info);
  for (auto& [id, same] : by_id) {
    if (same.size() < 2) continue;
    for (CaseInfo* info : same) info->id = make(*info);
  }
}

}  // namespace

std::string stable_text(std::string_view name) {
  static const re2::RE2 tags(R"(\[(Alpha|Beta|Deprecated|BetaOffByDefault|Conformance|NodeConformance|)"
                             R"((Feature|FeatureGate|MinimumKubeletVersion|KubeletMinVersion):[^\]]*)\])");
  std::string text(name);
  re2::RE2::GlobalReplace(&text, tags, " ");
  return collapsed(text);
}

std::vector<CaseInfo> cases_of_specs(const std::string& suite, const GinkgoSettings& settings,
                                     const std::vector<GinkgoSpec>& specs, const std::vector<std::string>& images) {
  const CaseMaker maker(suite, settings, images);
  std::vector<CaseInfo> cases;
  cases.reserve(specs.size());
  for (const GinkgoSpec& spec : specs) cases.push_back(maker.make(spec));
  tell_apart(cases, [&](const CaseInfo& info) { return suite + "/" + collapsed(info.name); });
  tell_apart(cases, [](const CaseInfo& info) {
    return info.id + " " + base_name(info.file) + ":" + std::to_string(info.line);
  });
  std::map<std::string, int> twins;
  tell_apart(cases, [&](const CaseInfo& info) { return info.id + " #" + std::to_string(++twins[info.id]); });
  return cases;
}

}  // namespace graduand::catalogue
