// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/feature_file.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "framework/base/text.h"
#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/features/feature_facts.h"
#include "framework/catalogue/labels/label_filter.h"

namespace graduand::catalogue {
namespace {

namespace fs = std::filesystem;

class FeatureReader {
 public:
  FeatureReader(const YamlDocument& document, FeatureInfo& feature)
      : document_(document), feature_(feature), reader_(document, document.root(), "feature") {}

  Status read(const std::string& stem) {
    feature_.name = reader_.string("name");
    if (feature_.name != stem)
      reader_.error(
          "name",
          "the feature is named '" + shorten(feature_.name, 80) + "', its file '" + shorten(stem, 80) + ".yaml'",
          "a feature's file has its name");
    feature_.sig = reader_.optional_string("sig").value_or("");
    GRADUAND_TRY(read_feature_facts(document_, document_.root(), reader_, feature_));
    feature_.required_suites = reader_.optional_strings("required-suites");
    read_metrics();
    each("scenarios", "scenario", [this](YamlReader& reader) { read_scenario(reader); });
    each("comparisons", "comparison", [this](YamlReader& reader) { read_comparison(reader); });
    each("deprecations", "deprecation", [this](YamlReader& reader) { read_deprecation(reader); });
    for (const char* key : {"sig", "required-suites", "metrics", "scenarios", "comparisons", "deprecations"})
      if (auto place = place_of(document_, document_.root(), key); !place.empty())
        feature_.where[key] = std::move(place);
    return reader_.finish();
  }

 private:
  // Each element of a sequence of mappings.
  template <class Read>
  void each(const char* key, const char* what, Read read_one) {
    reader_.optional_sequence(key, [&](const YAML::Node& node) -> Status {
      YamlReader reader(document_, node, what);
      read_one(reader);
      return reader.finish();
    });
  }

  void read_metrics() {
    feature_.metrics = reader_.optional_strings("metrics");
    for (const std::string& metric : feature_.metrics) {
      const bool fits = !metric.empty() && std::all_of(metric.begin(), metric.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
      });
      if (!fits) reader_.error("metrics", "'" + shorten(metric, 80) + "' is not the name of a metric");
    }
  }

  void read_scenario(YamlReader& reader) {
    Scenario scenario{reader.string("name"), reader.string("labels")};
    if (reader.has("labels") && trim(scenario.labels).empty())
      reader.error("labels", "an empty label filter would select every case");
    if (const auto filter = LabelFilter::parse(scenario.labels); !filter)
      reader.error("labels", filter.error().message, filter.error().hint);
    feature_.scenarios.push_back(std::move(scenario));
  }

  void read_comparison(YamlReader& reader) {
    Comparison comparison{reader.string("measure")};
    comparison.at_most = reader.optional_double("at-most").value_or(comparison.at_most);
    if (!std::isfinite(comparison.at_most) || comparison.at_most <= 0)
      reader.error("at-most", "expected a ratio above 0, such as 1.1");
    feature_.comparisons.push_back(std::move(comparison));
  }

  void read_deprecation(YamlReader& reader) {
    Deprecation deprecation;
    deprecation.what = reader.string("what");
    read_date(reader, "announced", deprecation.announced);
    const std::string effective = reader.string("effective");
    if (auto version = KubeVersion::parse(effective))
      deprecation.effective = {version->major, version->minor, -1, {}};
    else
      reader.error("effective", version.error().message);
    read_date(reader, "effective-at", deprecation.effective_at);
    feature_.deprecations.push_back(std::move(deprecation));
  }

  static void read_date(YamlReader& reader, const char* key, Timestamp& out) {
    const std::string text = reader.string(key);
    if (auto date = parse_time_argument(text))
      out = *date;
    else
      reader.error(key, date.error().message, "such as 2024-08-13");
  }

  const YamlDocument& document_;
  FeatureInfo& feature_;
  YamlReader reader_;
};

}  // namespace

Result<FeatureInfo> load_feature_file(const fs::path& path) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::load(path));
  FeatureInfo feature;
  GRADUAND_TRY(FeatureReader(document, feature).read(path.stem().string()));
  return feature;
}

Result<std::vector<FeatureInfo>> find_features(const std::vector<fs::path>& folders) {
  std::vector<FeatureInfo> features;
  std::set<fs::path> seen;
  for (const fs::path& folder : folders) {
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    if (error)
      return fail(ErrorKind::kUsage, "features cannot be looked for here: " + error.message(), folder.string());
    std::vector<fs::path> files;
    if (!seen.insert(fs::weakly_canonical(folder, error)).second) continue;
    for (const fs::directory_entry& entry : entries)
      if (entry.path().extension() == ".yaml" && entry.is_regular_file(error)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      GRADUAND_TRY_ASSIGN(FeatureInfo feature, load_feature_file(file));
      const auto same = std::find_if(features.begin(), features.end(),
                                     [&](const FeatureInfo& other) { return other.name == feature.name; });
      if (same != features.end())
        return fail(ErrorKind::kUsage,
                    "two files are of the feature " + feature.name + "; the other is " + same->where.at("name"),
                    feature.where.at("name"));
      features.push_back(std::move(feature));
    }
  }
  std::sort(features.begin(), features.end(),
            [](const FeatureInfo& a, const FeatureInfo& b) { return a.name < b.name; });
  return features;
}

}  // namespace graduand::catalogue
