// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"

namespace graduand::catalogue {

// An environment variable that is set and not empty; ${GRADUAND_CACHE} is the user's cache folder when the environment
// does not say otherwise.
std::optional<std::string> environment_variable(const std::string& name);

// The text with each ${NAME} replaced by that variable. kNotFound: "the environment variable X is not set".
Result<std::string> with_variables(std::string_view text);

// Placeholders are names of small letters and hyphens in braces, "{case}"; anything else in braces is text.
std::vector<std::string> placeholders_in(std::string_view text);
// The text with its placeholders replaced; those that `values` does not have stay. What is put in is not looked at
// again.
std::string fill_placeholders(std::string_view text, const std::map<std::string, std::string>& values);

}  // namespace graduand::catalogue
