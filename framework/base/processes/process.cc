// SPDX-License-Identifier: Apache-2.0
#include "framework/base/processes/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "framework/base/processes/child_pool.h"
#include "framework/base/text.h"

namespace graduand {
namespace {

class SystemProcessRunner final : public ProcessRunner {
 public:
  Result<ProcessResult> run(const ProcessSpec& spec, const CancelToken& cancel) override {
    constexpr milliseconds kForever = std::chrono::hours(24 * 365);
    ProcessPool pool;
    GRADUAND_TRY(pool.start(spec));
    for (;;) {
      if (auto finished = pool.wait_next(kForever, cancel)) return std::move(finished->result);
      if (cancel.cancelled()) break;
    }
    pool.terminate_all();
    for (;;)
      if (auto finished = pool.wait_next(kForever)) return std::move(finished->result);
  }
};

}  // namespace

std::string describe_end(const ProcessResult& result, milliseconds time_limit) {
  if (result.timed_out) {
    return time_limit.count() > 0 ? "time limit of " + format_duration(time_limit) : std::string("time limit");
  }
  if (result.cancelled) return "cancelled";
  if (result.signal == 0) return fmt::format("exit code {}", result.exit_code);
  const char* name = sigdescr_np(result.signal);
  return fmt::format("signal {} ({})", result.signal, name != nullptr ? name : "unknown");
}

ProcessRunner& system_process_runner() {
  static SystemProcessRunner runner;
  return runner;
}

void FakeProcessRunner::on(std::vector<std::string> argv_prefix, Handler handler) {
  const std::lock_guard lock(mutex_);
  handlers_.emplace_back(std::move(argv_prefix), std::move(handler));
}

Result<ProcessResult> FakeProcessRunner::run(const ProcessSpec& spec, const CancelToken&) {
  Handler handler;
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(spec.argv);
    for (const auto& [prefix, candidate] : handlers_) {
      if (prefix.size() <= spec.argv.size() && std::equal(prefix.begin(), prefix.end(), spec.argv.begin())) {
        handler = candidate;
        break;
      }
    }
  }
  if (handler) return handler(spec);
  return fail(ErrorKind::kNotFound, "the fake process runner has no answer for: " + join(spec.argv, " "));
}

std::vector<std::vector<std::string>> FakeProcessRunner::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

}  // namespace graduand
