// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/case.h"

#include <algorithm>

#include "framework/catalogue/json_codec.h"

namespace graduand::catalogue {

std::vector<std::string> CaseInfo::all_labels() const {
  std::vector<std::string> all;
  const auto add = [&](const std::string& label) {
    if (std::find(all.begin(), all.end(), label) == all.end()) all.push_back(label);
  };
  for (const std::string& label : labels) add(label);
  if ((serial || disruptive) && !own_labels) add("Serial");
  if (disruptive && !own_labels) add("Disruptive");
  for (const std::string& feature : features) add("FeatureGate:" + feature);
  return all;
}

std::vector<std::string> CaseInfo::features_in(const std::vector<TransitionRequest>& transitions) const {
  std::vector<std::string> all = features;
  if (!speaks_for_flipped_gates) return all;
  for (std::string& gate : flipped_gates(transitions))
    if (std::find(all.begin(), all.end(), gate) == all.end()) all.push_back(std::move(gate));
  return all;
}

std::vector<std::string> CaseInfo::labels_in(const std::vector<TransitionRequest>& transitions) const {
  CaseInfo there = *this;
  there.features = features_in(transitions);
  return there.all_labels();
}

json::object CaseInfo::to_json() const {
  json::object object = {{"suite", suite},
                         {"id", id},
                         {"name", name},
                         {"description", description},
                         {"features", encode(features)},
                         {"labels", encode(labels)},
                         {"needs", encode(needs)},
                         {"images", encode(images)},
                         {"time_limit_s", encode(time_limit)},
                         {"expected_duration_s", encode(expected_duration)},
                         {"serial", serial},
                         {"disruptive", disruptive},
                         {"file", file},
                         {"line", line}};
  if (speaks_for_flipped_gates) object["speaks_for_flipped_gates"] = true;
  if (step.is_step()) object["step"] = encode(step);
  return object;
}

Result<CaseInfo> CaseInfo::from_json(const json::value& value) {
  CaseInfo info;
  JsonReader reader(value, "case");
  reader.require("suite", info.suite);
  reader.require("id", info.id);
  reader.get("name", info.name);
  reader.get("description", info.description);
  reader.get("features", info.features);
  reader.get("labels", info.labels);
  reader.get("needs", info.needs);
  reader.get("images", info.images);
  reader.get("time_limit_s", info.time_limit);
  reader.get("expected_duration_s", info.expected_duration);
  reader.get("serial", info.serial);
  reader.get("disruptive", info.disruptive);
  reader.get("file", info.file);
  reader.get("line", info.line);
  reader.get("speaks_for_flipped_gates", info.speaks_for_flipped_gates);
  reader.get("step", info.step);
  GRADUAND_TRY(reader.finish());
  return info;
}

}  // namespace graduand::catalogue
