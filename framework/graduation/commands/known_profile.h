// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/catalogue/cell.h"

namespace graduand::graduation {

// A profile that can be run, so that what a verdict misses can be asked for by its name. Plain data: whoever calls the
// judge reads the files.
struct KnownProfile {
  std::string file;  // as it is named on a command line: "kind-configs/gate-cycle-v1.33.yaml"
  std::vector<catalogue::CellDescription> cells;
  std::vector<std::string> suites{};  // that it is for; empty: all
};

}  // namespace graduand::graduation
