// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace graduand::results {

// The id of the record of a failed try that its program repeated within an attempt: "<attempt's id>/try-<n>", from 1.
std::string try_id(const std::string& attempt_id, int number);
// The attempt's id of such an id; empty when it is none.
std::string attempt_of_try(const std::string& id);

}  // namespace graduand::results
