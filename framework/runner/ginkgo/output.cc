// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/output.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "framework/base/text.h"

namespace graduand::runner {
namespace {

constexpr std::string_view kDelimiter = "------------------------------";

}  // namespace

// ------------------------------          A spec begins: a line of dashes, its name and labels, its place.
// <container> <spec> [label]
// <file>:<line>
//   <what it writes>
// • [0.001 seconds]                       It has passed, or "• [FAILED] [0.001 seconds]", and its name and place again.
// S [SKIPPED] [0.000 seconds]             It was left out: after dashes, too, but with this before its name.
std::vector<SaidOfSpec> read_ginkgo_output(std::string_view output, const std::vector<WantedSpec>& wanted) {
  static const re2::RE2 passed(R"(\x{2022} \[\d+\.\d+ seconds\])");
  static const re2::RE2 ended(R"((\x{2022}|S|P) \[.*)");
  std::vector<SaidOfSpec> said(wanted.size(), SaidOfSpec::kNothing);
  std::size_t next = 0;  // the one that may begin
  bool may_begin = false;
  for (const std::string& line : split(output, '\n')) {
    if (line == kDelimiter) {
      may_begin = true;
    } else if (re2::RE2::FullMatch(line, ended)) {
      may_begin = false;
      if (next > 0 && said[next - 1] == SaidOfSpec::kBegan)
        said[next - 1] = re2::RE2::FullMatch(line, passed) ? SaidOfSpec::kPassed : SaidOfSpec::kEndedOtherwise;
    } else if (may_begin && next < wanted.size()) {
      // Those before it that never began were left out.
      for (std::size_t i = next; i < wanted.size(); ++i) {
        if (line != fmt::format("{}:{}", wanted[i].info->file, wanted[i].info->line)) continue;
        said[i] = SaidOfSpec::kBegan;
        next = i + 1;
        may_begin = false;
        break;
      }
    }
  }
  return said;
}

}  // namespace graduand::runner
