// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/attempt.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/runner/ginkgo/driver.h"
#include "framework/runner/ginkgo/groups.h"
#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::GinkgoNode;
using results::Outcome;

constexpr milliseconds kGrace = seconds(30);
constexpr std::size_t kMostFailures = 100;

Ending outside(const std::string& reason) {
  return {Outcome::kInfraError, one_line(reason), true};
}

void replace(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

double in_seconds(milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::string last_line(std::string_view text) {
  const auto lines = split(trim(text), '\n');
  return lines.empty() ? std::string() : shorten(printable(lines.back()), 300);
}

std::vector<results::Measure> costs(const ProcessResult& result, const results::GinkgoReport& report) {
  std::vector<results::Measure> measures;
  if (report.started > result.started)
    measures.push_back(
        {results::kProcessStart, in_seconds(std::chrono::round<milliseconds>(report.started - result.started)), "s"});
  milliseconds before{0};
  for (const GinkgoNode& node : report.nodes)
    if (node.type.find("BeforeSuite") != std::string::npos) before += node.took;
  measures.push_back({results::kBeforeSuite, in_seconds(before), "s"});
  return measures;
}

// What keeps the spec from being looked at; nothing when it can be.
std::optional<Ending> suite_trouble(const results::GinkgoReport& report, const std::vector<const GinkgoNode*>& specs,
                                    const catalogue::CaseInfo& info) {
  if (specs.empty()) {
    for (const GinkgoNode& node : report.nodes)
      if (const std::string why = failed_suite_node(node); !why.empty()) return outside(why);
    const std::string special = report.special_reasons.empty() ? "" : ": " + report.special_reasons.front();
    return outside("the binary ran no spec" + special);
  }
  if (specs.size() > 1) return outside(fmt::format("the binary ran {} specs instead of one", specs.size()));
  const GinkgoNode& spec = *specs.front();
  if (spec.name != info.name || spec.line != info.line) return outside("the binary ran another spec: " + spec.name);
  return std::nullopt;
}

}  // namespace

GinkgoTarget ginkgo_target(const cluster::Cluster& cluster, const std::filesystem::path& artifacts) {
  const auto kubeconfig = cluster.kubeconfig();
  return {kubeconfig.empty() ? std::string() : std::filesystem::absolute(kubeconfig).string(), cluster.kube_context(),
          artifacts.string()};
}

std::vector<std::string> ginkgo_flags(const LoadedSuite& suite, const GinkgoTarget& target) {
  std::vector<std::string> flags = suite.file.ginkgo.flags;
  for (std::string& flag : flags) {
    replace(flag, "{kubeconfig}", target.kubeconfig);
    replace(flag, "{context}", target.context);
    replace(flag, "{artifacts}", target.artifacts);
  }
  return flags;
}

ProcessSpec ginkgo_process(const AttemptFiles& files, const LoadedSuite& suite, const catalogue::CaseInfo& info,
                           const GinkgoTarget& target) {
  // Ginkgo matches against the suite's description, a space and the name.
  const std::string name = ginkgo_program(suite).description + " " + info.name;
  ProcessSpec spec;
  spec.argv = {ginkgo_program(suite).binary.string(),
               kGinkgoSeed,
               "--ginkgo.no-color",
               "--ginkgo.v",
               "--ginkgo.focus=^" + re2::RE2::QuoteMeta(name) + "$",
               fmt::format("--ginkgo.focus-file={}:{}", info.file, info.line),
               "--ginkgo.json-report=" + (files.folder() / "report.json").string()};
  const auto flags = ginkgo_flags(suite, target);
  spec.argv.insert(spec.argv.end(), flags.begin(), flags.end());
  spec.environment = {{"TZ", "UTC"}};
  spec.working_directory = files.folder();
  spec.time_limit = info.time_limit;
  spec.kill_grace = kGrace;
  spec.stdout_file = files.stdout_file();
  spec.stderr_file = files.stderr_file();
  return spec;
}

std::string failed_suite_node(const GinkgoNode& node) {
  if (node.is_spec() || node.state == "passed" || node.state.empty()) return {};
  if (node.state == "skipped" && node.message.empty()) return {};
  return one_line(fmt::format("{} {}: {}", node.type, node.state, node.message));
}

JudgedAttempt ending_of_spec(const GinkgoNode& spec) {
  JudgedAttempt end;
  end.measures.push_back({"spec", in_seconds(spec.took), "s"});
  end.failed_tries = spec.failed_tries;
  const std::string reason = one_line(spec.message.empty() ? "Ginkgo says " + spec.state : spec.message);
  if (spec.state == "passed") {
    end.ending = {Outcome::kPassed, {}};
    return end;
  }
  if (spec.state == "skipped" || spec.state == "pending") {
    end.ending = {Outcome::kSkipped, spec.state == "pending" ? "the spec is pending" : reason};
    return end;
  }
  end.failures.push_back({spec.failure_file, spec.failure_line, spec.message, true});
  for (const results::Failure& more : spec.more)
    if (end.failures.size() < kMostFailures) end.failures.push_back(more);
  if (spec.state == "interrupted" || spec.state == "aborted") {
    end.ending = outside(spec.state + ": " + reason);
  } else {
    end.ending = {spec.state == "timedout" ? Outcome::kTimedOut : Outcome::kFailed, reason};
  }
  return end;
}

JudgedAttempt ending_of_ginkgo(const ProcessResult& result, const Result<results::GinkgoReport>& report,
                               const catalogue::CaseInfo& info, milliseconds time_limit) {
  JudgedAttempt end;
  const auto crashed = [&](const std::string& reason) {
    end.ending = {Outcome::kCrashed, one_line(reason)};
    return end;
  };
  if (result.timed_out) {
    end.ending = {Outcome::kTimedOut, one_line(describe_end(result, time_limit))};
    return end;
  }
  if (result.signal != 0) return crashed(describe_end(result));
  if (!report) {
    const std::string words = last_line(result.stderr_text.empty() ? result.stdout_text : result.stderr_text);
    return crashed(fmt::format("{} without a readable report ({}){}", describe_end(result), report.error().message,
                               words.empty() ? "" : ": " + words));
  }
  std::vector<const GinkgoNode*> specs;
  for (const GinkgoNode& node : report->nodes)
    if (node.is_spec() && node.selected()) specs.push_back(&node);
  // Pending specs are pending whatever the focus.
  for (const GinkgoNode& node : report->nodes)
    if (specs.empty() && node.state == "pending" && node.name == info.name && node.line == info.line)
      specs.push_back(&node);
  std::vector<results::Measure> measured = costs(result, *report);
  if (auto trouble = suite_trouble(*report, specs, info)) {
    end.ending = *std::move(trouble);
  } else {
    end = ending_of_spec(*specs.front());
  }
  end.measures.insert(end.measures.begin(), measured.begin(), measured.end());
  const bool good = end.ending.outcome == Outcome::kPassed || end.ending.outcome == Outcome::kSkipped;
  if (!good || result.exit_code == 0) return end;
  for (const GinkgoNode& node : report->nodes)
    if (const std::string why = failed_suite_node(node); !why.empty()) {
      end.ending = outside(why);
      return end;
    }
  if (!report->special_reasons.empty()) {
    end.ending = outside(report->special_reasons.front());
    return end;
  }
  return crashed(fmt::format("the spec {}, and then the process ended with {}", results::to_string(end.ending.outcome),
                             describe_end(result)));
}

Result<results::GinkgoReport> take_ginkgo_report(const std::filesystem::path& file) {
  GRADUAND_TRY_ASSIGN(const std::string text, read_file(file, results::kGinkgoReportLimits.max_bytes));
  GRADUAND_TRY_ASSIGN(json::value document, parse_json(text, file.string(), results::kGinkgoReportLimits));
  GRADUAND_TRY_ASSIGN(results::GinkgoReport report, results::ginkgo_report_from_json(document, file.string()));
  results::drop_unselected_specs(document);
  // Only a convenience for people: the record has what counts.
  static_cast<void>(write_file_atomically(file, json::serialize(document) + "\n"));
  return report;
}

}  // namespace graduand::runner
