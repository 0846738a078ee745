// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/json.h"

namespace graduand {

// A JSON value as block YAML. Strings that YAML would read as something else are quoted.
std::string to_yaml(const json::value& value);

}  // namespace graduand
