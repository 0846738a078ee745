// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/gtest/suite.h"

#include <fmt/format.h>

#include "framework/base/json.h"
#include "framework/base/text.h"
#include "framework/catalogue/need.h"
#include "framework/runner/gtest/attempt.h"

namespace graduand::runner {
namespace {

constexpr milliseconds kListLimit = seconds(10);

class Loader {
 public:
  Loader(const catalogue::SuiteFile& file, ProcessRunner& processes, const CancelToken& cancel)
      : file_(file), processes_(processes), cancel_(cancel) {}

  Result<LoadedSuite> load() {
    GRADUAND_TRY_ASSIGN(const std::string output, ask());
    auto answer = parse_json(output, file_.binary.string() + " --list-cases");
    if (!answer) return wrong("its program's list of cases cannot be read: " + to_string(answer.error()));
    LoadedSuite suite;
    suite.file = file_;
    suite.driver = gtest_driver();
    suite.revision = string_at(*answer, "revision");
    const std::string name = string_at(*answer, "suite");
    if (name != file_.name)
      return wrong(fmt::format("the suite is named '{}' here, and '{}' by its program", file_.name, name));
    const json::value* cases = value_at(*answer, "cases");
    if (cases == nullptr || !cases->is_array()) return wrong("its program's answer has no list of cases");
    for (const json::value& one : cases->get_array()) GRADUAND_TRY(add(one, suite));
    return suite;
  }

 private:
  tl::unexpected<Error> wrong(const std::string& message) const {
    return fail(ErrorKind::kUsage, message, file_.path.string());
  }

  Result<std::string> ask() const {
    ProcessSpec spec;
    spec.argv = {file_.binary.string(), "--list-cases"};
    spec.environment = {{"TZ", "UTC"}};
    spec.time_limit = kListLimit;
    spec.kill_grace = seconds(1);
    auto result = processes_.run(spec, cancel_);
    if (!result) return wrong("its program cannot be run: " + to_string(result.error()));
    if (result->cancelled)
      return fail(ErrorKind::kCancelled, "interrupted while its program listed its cases", file_.path.string());
    if (!result->ok()) {
      return wrong(fmt::format("its program did not list its cases ({}): {}", describe_end(*result, kListLimit),
                               shorten(printable(trim(result->stderr_text)), 500)));
    }
    if (result->dropped_bytes != 0) return wrong("its program's list of cases is too long");
    return std::move(result->stdout_text);
  }

  Status add(const json::value& value, LoadedSuite& suite) {
    auto info = catalogue::CaseInfo::from_json(value);
    if (!info) return wrong("its program lists a case that cannot be read: " + to_string(info.error()));
    if (info->suite.empty()) info->suite = file_.name;
    if (info->suite != file_.name)
      return wrong(fmt::format("its program lists the case {} of another suite, {}", info->id, info->suite));
    for (const std::string& need : info->needs) {
      if (auto parsed = catalogue::Need::parse(need); !parsed)
        return wrong(fmt::format("the case {}: {}", info->id, to_string(parsed.error())));
    }
    // Its attempts would count as those of another case.
    if (const auto renamed = file_.case_renames.find(info->id); renamed != file_.case_renames.end())
      return wrong(fmt::format("the case {} is renamed to {}, and still there", info->id, renamed->second));
    if (info->disruptive) info->serial = true;
    suite.cases.push_back(std::move(*info));
    return {};
  }

  const catalogue::SuiteFile& file_;
  ProcessRunner& processes_;
  const CancelToken& cancel_;
};

class GtestDriver final : public SuiteDriver {
 public:
  bool wants_namespace() const override { return true; }
  bool sends_messages() const override { return true; }
  std::optional<Ending> kept_from_running(const SelectedCase&, const catalogue::CellFacts&,
                                          const MissingImages&) const override {
    return std::nullopt;
  }
  Result<ProcessSpec> process(const SelectedCase& selected, const AttemptFiles& files,
                              const results::AttemptContext& context) const override {
    GRADUAND_TRY(files.write_context(context));
    return attempt_process(files, selected.suite->file.binary, context.attempt_id, context.time_limit);
  }
  JudgedAttempt judge(const SelectedCase& selected, const AttemptLeft& left) const override {
    return {.ending = ending_of(left.said, left.result, selected.info->time_limit),
            .failures = left.said.failures,
            .measures = left.said.measures,
            .last_phase = left.said.last_phase};
  }
};

}  // namespace

std::shared_ptr<const SuiteDriver> gtest_driver() {
  static const auto driver = std::make_shared<const GtestDriver>();
  return driver;
}

Result<std::vector<LoadedSuite>> load_gtest_suite(const catalogue::SuiteFile& file, ProcessRunner& processes,
                                                  const CancelToken& cancel) {
  std::vector<LoadedSuite> suites;
  GRADUAND_TRY_ASSIGN(suites.emplace_back(), Loader(file, processes, cancel).load());
  return suites;
}

}  // namespace graduand::runner
