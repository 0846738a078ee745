// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"

namespace graduand::kube {

struct Sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

// Prometheus text exposition (version 0.0.4). Lines that do not parse are kUsage with their number. `only_name`, when
// set, keeps just that metric, which is many times quicker on a component's full page.
Result<std::vector<Sample>> parse_metrics(std::string_view text, std::string_view only_name = {});

// kubernetes_feature_enabled as gate → on. Empty when the page has none.
std::map<std::string, bool> feature_gates_of(std::string_view metrics_text);

// The first sample of `name` whose labels include `labels`.
std::optional<double> sample_value(const std::vector<Sample>& samples, std::string_view name,
                                   const std::map<std::string, std::string>& labels = {});

}  // namespace graduand::kube
