// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/json.h"
#include "framework/graduation/prr/document.h"

namespace graduand::report {

// To be pasted into the KEP's README.md: headings of the questionnaire, and below each the answer, its numbers and
// where they come from. A question without evidence says so, with the command that would make some.
std::string prr_markdown(const graduation::prr::Document& document);
json::value prr_json(const graduation::prr::Document& document);

}  // namespace graduand::report
