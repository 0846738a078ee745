// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"

namespace graduand::kube::internal {

// A value of a YAML file as kubectl sees it: sigs.k8s.io/yaml, which reads YAML 1.1 and goes on with JSON. Only
// kubeconfigs are read so; files of our own are read strictly (framework/base/yaml/yaml.h).
struct GoYaml {
  enum class Kind { kNull, kBool, kNumber, kText, kList, kMap };
  Kind kind = Kind::kNull;
  bool truth = false;
  std::string text;               // of a text, and of a number as it is written
  std::vector<std::string> keys;  // of a mapping, each once
  std::vector<GoYaml> items;      // of a list; of a mapping, in the order of `keys`
  int line = 0;                   // from 1; 0 when the value is not written anywhere
  int column = 0;

  const GoYaml* member(std::string_view key) const;  // nullptr when there is none
};

// UTF-8 or, behind a byte order mark, UTF-16. The first document; what follows it is not looked at. A key that is
// repeated counts as written last; `<<` merges at its place, so what stands after it wins. kUsage with
// source:line:column for what kubectl refuses: syntax, cycles, a merge of no mapping, keys that are no scalars, values
// that JSON has not; and for more than 400 levels or 500,000 values with aliases expanded.
Result<GoYaml> parse_go_yaml(std::string_view bytes, const std::string& source);

}  // namespace graduand::kube::internal
