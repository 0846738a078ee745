// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/base/cancel.h"
#include "framework/base/clock.h"
#include "framework/base/error.h"

namespace graduand {

// What to run. The child gets its own process group, the default signal mask and handlers, stdin from /dev/null (or
// `stdin_data`), and no descriptor beside stdio and, when asked, the record pipe as descriptor 3.
struct ProcessSpec {
  std::vector<std::string> argv;                     // argv[0] is looked up on PATH and in the cache's bin folder
  std::map<std::string, std::string> environment{};  // added to, and overriding, our own
  std::filesystem::path working_directory{};         // empty: ours
  std::string stdin_data{};
  milliseconds time_limit{0};           // 0: none
  milliseconds kill_grace{5000};        // between SIGTERM and SIGKILL to the group
  std::size_t output_limit = 8u << 20;  // kept bytes of each of stdout and stderr; the rest is counted
  // When set, the stream goes to this file instead of memory (same limit, a last line says how much was dropped). The
  // file is made when the first byte comes.
  std::filesystem::path stdout_file{};
  std::filesystem::path stderr_file{};
  // Called with each complete line that the child writes to descriptor 3 (no newline). Empty: no descriptor 3.
  std::function<void(std::string_view line)> on_record_line{};
  // Called with each complete line of stdout / stderr as it comes, besides what is kept. May be empty.
  std::function<void(std::string_view line)> on_stdout_line{};
  std::function<void(std::string_view line)> on_stderr_line{};
};

struct ProcessResult {
  int exit_code = -1;            // valid when signal == 0
  int signal = 0;                // the signal that ended it
  bool timed_out = false;        // our time limit ended it
  bool cancelled = false;        // the cancel token ended it
  bool group_survivors = false;  // something of its group was still alive at its end, and was killed
  std::string stdout_text{};
  std::string stderr_text{};
  std::size_t dropped_bytes = 0;  // output beyond the limit
  std::string output_error{};     // why stdout_file or stderr_file is not complete (disk full); empty: it is
  Timestamp started{};
  milliseconds wall{0};
  milliseconds cpu{0};  // user + system, from rusage
  bool ok() const { return signal == 0 && exit_code == 0 && !timed_out && !cancelled; }
};

// "exit code 3", "signal 11 (Segmentation fault)", "time limit of 30s" or "cancelled".
std::string describe_end(const ProcessResult& result, milliseconds time_limit = milliseconds{0});

// Runs child processes. The one place in the framework that starts any. Thread-safe: run() may be called from several
// threads at once.
class ProcessRunner {
 public:
  virtual ~ProcessRunner() = default;
  // Blocks until the child and its group are gone and its output is drained (a grandchild that keeps the pipe open is
  // killed with the group). An error (kInfrastructure) only when it could not be started, or kNotFound when argv[0] is
  // not to be found; everything else is in the result.
  virtual Result<ProcessResult> run(const ProcessSpec& spec, const CancelToken& cancel = {}) = 0;
};

ProcessRunner& system_process_runner();

// A fake for tests: answers by the first handler whose prefix matches argv, and logs what was asked.
class FakeProcessRunner final : public ProcessRunner {
 public:
  using Handler = std::function<Result<ProcessResult>(const ProcessSpec&)>;
  void on(std::vector<std::string> argv_prefix, Handler handler);
  Result<ProcessResult> run(const ProcessSpec& spec, const CancelToken& cancel = {}) override;
  std::vector<std::vector<std::string>> calls() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::vector<std::string>, Handler>> handlers_;
  std::vector<std::vector<std::string>> calls_;
};

}  // namespace graduand
