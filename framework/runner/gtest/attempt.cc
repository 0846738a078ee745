// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/gtest/attempt.h"

#include <fmt/format.h>

#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::Outcome;

// ": it had said failed: reason", or nothing.
std::string said_before(const Collected& said) {
  if (!said.terminal) return {};
  std::string text = fmt::format("; it had said {}", results::to_string(said.terminal->outcome));
  if (!said.terminal->reason.empty()) text += ": " + said.terminal->reason;
  return text;
}

Ending as_said(const Collected& said) {
  const Outcome outcome = said.terminal->outcome;
  std::string reason = said.terminal->reason;
  if (reason.empty() && !said.failures.empty()) reason = said.failures.front().message;
  if (reason.empty() && outcome != Outcome::kPassed) reason = "no reason given";
  return {outcome, outcome == Outcome::kPassed ? std::string() : one_line(reason)};
}

Ending crashed(const std::string& reason) {
  return {Outcome::kCrashed, one_line(reason)};
}

}  // namespace

ProcessSpec attempt_process(const AttemptFiles& files, const std::filesystem::path& binary,
                            const std::string& attempt_id, milliseconds time_limit) {
  ProcessSpec spec;
  spec.argv = {binary.string(), "--attempt", files.context().string()};
  spec.environment = {{"TZ", "UTC"}, {"GRADUAND_ATTEMPT_ID", attempt_id}};
  spec.working_directory = files.folder();
  spec.time_limit = time_limit;
  spec.kill_grace = results::kStopGrace;
  spec.stdout_file = files.stdout_file();
  spec.stderr_file = files.stderr_file();
  return spec;
}

Ending ending_of(const Collected& said, const ProcessResult& result, milliseconds time_limit) {
  if (result.timed_out) return {Outcome::kTimedOut, one_line(describe_end(result, time_limit) + said_before(said))};
  if (result.signal != 0) return crashed(describe_end(result) + said_before(said));
  if (!said.terminal) {
    std::string reason = describe_end(result) + " without a terminal record";
    if (said.unreadable != 0)
      reason += fmt::format("; {} unreadable record line(s), the first: {}", said.unreadable, said.first_problem);
    return crashed(reason);
  }
  if (said.terminals > 1) return crashed(fmt::format("{} terminal records instead of one", said.terminals));
  if (said.after_terminal != 0)
    return crashed(fmt::format("{} message(s) after the terminal record", said.after_terminal));
  switch (said.terminal->outcome) {
    case Outcome::kFailed:
    case Outcome::kSkipped:
    case Outcome::kInfraError:
      return as_said(said);
    case Outcome::kPassed:
      break;
    case Outcome::kTimedOut:
    case Outcome::kCrashed:
    case Outcome::kNotRun:
      return crashed(fmt::format("a terminal record may not say {}", results::to_string(said.terminal->outcome)));
  }
  if (said.unreadable != 0)
    return crashed(fmt::format("said passed, but wrote {} unreadable record line(s), the first: {}", said.unreadable,
                               said.first_problem));
  if (result.exit_code != 0) return crashed("said passed, and then ended with " + describe_end(result));
  if (said.failed) {
    const std::string first = said.failures.empty() ? std::string("not kept") : said.failures.front().message;
    return {Outcome::kFailed, one_line("said passed, but had reported a failure: " + first)};
  }
  return as_said(said);
}

}  // namespace graduand::runner
