// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace graduand::kube::internal {

// What a plain scalar is by YAML 1.1 as Go's yaml.v2 resolves it, which is what kubectl reads with: `yes`, `on` and `y`
// are booleans, 0x1f, 0755 and 1_000 are numbers; a date is text.
enum class GoScalar { kNull, kTrue, kFalse, kNumber, kNotFinite, kText };
GoScalar resolve_go_scalar(std::string_view text);
// As written behind a tag of YAML's own ("int", "bool", ...); nullopt when the text is none of that type.
std::optional<GoScalar> resolve_tagged_go_scalar(std::string_view type, std::string_view text);

}  // namespace graduand::kube::internal
