// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/exec/suite.h"

#include "framework/base/text.h"
#include "framework/catalogue/suites/variables.h"
#include "framework/runner/exec/attempt.h"
#include "framework/runner/exec/listing.h"
#include "framework/runner/plan/file_digest.h"

namespace graduand::runner {
namespace {

constexpr std::size_t kShownDigits = 12;

class ExecDriver final : public SuiteDriver {
 public:
  bool wants_namespace() const override { return true; }
  Result<ProcessSpec> process(const SelectedCase& selected, const AttemptFiles& files,
                              const results::AttemptContext& context) const override {
    return exec_process(selected, files, context);
  }
  JudgedAttempt judge(const SelectedCase& selected, const AttemptLeft& left) const override {
    return judge_exec(selected, left.result, left.files);
  }
};

// Of the command, and of the files among its words, which are the program and what it was built from.
std::string revision_of(const catalogue::ExecSettings& settings, const LoadOptions& options) {
  std::string seen;
  for (const std::string& word : settings.run) {
    seen += word + "\n";
    const std::string path = catalogue::fill_placeholders(word, {{"suite", settings.folder.string()}});
    std::error_code ignored;
    if (path.find('/') == std::string::npos || !std::filesystem::is_regular_file(path, ignored)) continue;
    const auto digest = remembered_digest(path, options.cache / "exec");
    seen += digest ? *digest : "unreadable";
  }
  return "exec " + sha256_hex(seen).substr(0, kShownDigits);
}

}  // namespace

std::shared_ptr<const SuiteDriver> exec_driver() {
  static const auto driver = std::make_shared<const ExecDriver>();
  return driver;
}

Result<std::vector<LoadedSuite>> load_exec_suite(const catalogue::SuiteFile& file, ProcessRunner& processes,
                                                 const LoadOptions& options, const CancelToken& cancel) {
  std::vector<LoadedSuite> suites(1);
  LoadedSuite& suite = suites.front();
  suite.file = file;
  suite.driver = exec_driver();
  suite.unavailable = file.exec.missing;
  if (!suite.unavailable.empty()) return suites;
  auto cases = list_exec_cases(file, processes, cancel).and_then([&](const std::vector<std::string>& names) {
    return cases_of_names(file, names);
  });
  if (!cases && cases.error().kind == ErrorKind::kCancelled) return tl::unexpected(std::move(cases).error());
  if (cases) {
    suite.revision = revision_of(file.exec, options);
    suite.cases = *std::move(cases);
  } else {
    suite.unavailable = to_string(cases.error());
  }
  return suites;
}

}  // namespace graduand::runner
