// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace graduand::layering {

// What ARCHITECTURE.md asks of one source file, given its path from the repository root ("framework/kube/client.h"):
// it includes only the folders that its row allows, has at most 400 lines, and takes time, randomness, regular
// expressions and child processes only from framework/base. Returns one "file:line: what is wrong" for each offence.
std::vector<std::string> complaints_about(const std::string& path, std::string_view content);

// The same of a folder with so many source files: 30 at most, so that a newcomer finds his way. A few grew beyond that
// before there was a limit; they have one of their own until they are split.
std::vector<std::string> complaints_about_folder(const std::string& path, std::size_t files);

}  // namespace graduand::layering
