// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace graduand::runner {

// Arguments for a spec and no other. Ginkgo reads both as regular expressions: everything in them that is none is
// escaped, such as the + of a folder on the way to a source file. Each may be given several times: a spec then fits any
// focus and any place.
//
// "--ginkgo.focus=…": matched against the suite's description, a space and the spec's name.
std::string ginkgo_focus(const std::string& description, const std::string& name);
// "--ginkgo.focus-file=…": what is before a colon is matched against the file.
std::string ginkgo_focus_file(const std::string& file, int line);

}  // namespace graduand::runner
