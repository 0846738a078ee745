// SPDX-License-Identifier: Apache-2.0
#include "framework/base/processes/run_checked.h"

#include <fmt/format.h>

#include "framework/base/text.h"

namespace graduand {

std::string last_lines(std::string_view text, std::size_t lines) {
  std::vector<std::string> kept;
  for (const std::string& line : split(text, '\n'))
    if (!trim(line).empty()) kept.emplace_back(trim(printable(line)));
  if (kept.size() > lines) kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(lines));
  return shorten(join(kept, "; "), 1000);
}

Result<std::string> run_checked(ProcessRunner& processes, const ProcessSpec& spec, const std::string& doing,
                                ErrorKind kind, const CancelToken& cancel) {
  auto result = processes.run(spec, cancel);
  if (!result) return fail_with_context(std::move(result).error(), doing);
  if (result->ok()) return std::move(result->stdout_text);
  if (result->cancelled) return fail(ErrorKind::kCancelled, doing + ": cancelled");
  const std::string said = last_lines(result->stderr_text.empty() ? result->stdout_text : result->stderr_text, 3);
  return fail(kind, fmt::format("{}: {} ended with {}{}{}", doing, spec.argv.front(),
                                describe_end(*result, spec.time_limit), said.empty() ? "" : ": ", said));
}

}  // namespace graduand
