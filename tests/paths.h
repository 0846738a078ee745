// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace graduand::testing_support {

// The checkout's and the build's folder. They stand in one generated file, so that the compiler's cache serves every
// other one wherever the checkout lies.
std::string source_dir();
std::string binary_dir();

}  // namespace graduand::testing_support
