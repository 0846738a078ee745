// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/json.h"
#include "framework/graduation/prr/document.h"

// The answers to the PRR questionnaire, rendered.
namespace graduand::report::prr {

// To be pasted into the KEP's README.md: headings of the questionnaire, and below each the answer, its numbers and
// where they come from. A question without evidence says so, with the command that would make some.
std::string markdown(const graduation::prr::Document& document);
json::value to_json(const graduation::prr::Document& document);

}  // namespace graduand::report::prr
