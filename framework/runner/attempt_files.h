// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "framework/base/error.h"
#include "framework/results/protocol.h"
#include "framework/runner/plan/plan.h"

namespace graduand::runner {

// The folder of one attempt in a run directory: attempts/<cell>/<case>.<number>/ (with
// transitions <case>@<phase>.<number>) with context.json (mode 0600; it names
// a kubeconfig, and holds no secret itself), stdout.txt, stderr.txt and, when the case keeps something, artifacts/.
// One folder and three files, because making them is most of what an attempt costs.
class AttemptFiles {
 public:
  AttemptFiles(const std::filesystem::path& run_directory, const std::string& cell, const PlannedAttempt& attempt);
  // Makes the folder, without anything that an earlier, killed execution of the same attempt left. kInfrastructure.
  Status prepare() const;
  Status write_context(const results::AttemptContext& context) const;
  // Absolute. The case makes it when it has something to keep.
  std::filesystem::path artifacts() const { return folder_ / "artifacts"; }
  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path context() const { return folder_ / "context.json"; }
  std::filesystem::path stdout_file() const { return folder_ / "stdout.txt"; }
  std::filesystem::path stderr_file() const { return folder_ / "stderr.txt"; }
  // What appears when a step that goes throughout is to finish. kInfrastructure.
  std::filesystem::path finish_file() const { return folder_ / "finish"; }
  Status tell_to_finish() const;
  // The last 4 KiB of its error output, or of its output when that is empty; valid UTF-8.
  std::string last_words() const;
  // A path below the run directory, for the record; empty when there is no such file, as after no output.
  std::string relative_if_there(const std::filesystem::path& file) const;

 private:
  std::filesystem::path relative_;
  std::filesystem::path folder_;
};

}  // namespace graduand::runner
