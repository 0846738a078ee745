// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/ending.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/runner/ginkgo/output.h"
#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::GinkgoNode;
using results::Outcome;

constexpr std::size_t kMostFailures = 100;

Ending outside(const std::string& reason) {
  return {Outcome::kInfraError, one_line(reason), true};
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

std::string failed_node_of(const results::GinkgoReport& report) {
  for (const GinkgoNode& node : report.nodes)
    if (std::string why = failed_suite_node(node); !why.empty()) return why;
  return {};
}

std::string special_reason(const results::GinkgoReport& report) {
  return report.special_reasons.empty() ? std::string() : report.special_reasons.front();
}

bool is_good(Outcome outcome) {
  return outcome == Outcome::kPassed || outcome == Outcome::kSkipped;
}

// Looks at what one process left of all its specs.
class Judge {
 public:
  Judge(const ProcessResult& result, const std::vector<WantedSpec>& wanted, milliseconds time_limit)
      : result_(result), wanted_(wanted), time_limit_(time_limit), nodes_(wanted.size()), ends_(wanted.size()) {}

  std::vector<JudgedAttempt> with(const results::GinkgoReport& report) {
    const std::string strangers = find_nodes(report);
    for (std::size_t i = 0; i < ends_.size(); ++i)
      if (has_end(i)) ends_[i] = own_end(*nodes_[i]);
    if (result_.timed_out || result_.signal != 0) {
      cut_short_at(last_at(), describe_end(result_, time_limit_));
    } else if (!strangers.empty()) {
      for (JudgedAttempt& end : ends_) end.ending = outside(strangers);
    } else {
      left_out(report);
      if (result_.exit_code != 0) explain_exit(report);
    }
    if (!ends_.empty()) {
      const auto costs_of_process = costs(result_, report);
      auto& measures = ends_.front().measures;
      measures.insert(measures.begin(), costs_of_process.begin(), costs_of_process.end());
    }
    return std::move(ends_);
  }

  std::vector<JudgedAttempt> without_report(const std::string& why) {
    const auto said = read_ginkgo_output(result_.stdout_text, wanted_);
    std::size_t at = 0;
    for (std::size_t i = 0; i < said.size(); ++i) {
      if (said[i] == SaidOfSpec::kNothing) continue;
      at = i;
      if (said[i] == SaidOfSpec::kPassed) passed_by_output_.push_back(i);
    }
    std::string reason = describe_end(result_, time_limit_);
    if (!result_.timed_out && result_.signal == 0) {
      const std::string words = last_line(result_.stderr_text.empty() ? result_.stdout_text : result_.stderr_text);
      reason += fmt::format(" without a readable report ({}){}", why, words.empty() ? "" : ": " + words);
    }
    cut_short_at(at, reason);
    return std::move(ends_);
  }

 private:
  // Fills nodes_. What is wrong with what ran; empty when nothing is.
  std::string find_nodes(const results::GinkgoReport& report) {
    std::map<std::tuple<std::string, std::string, int>, int> seen;
    std::size_t ran = 0, wanted_ran = 0;
    std::string stranger;
    for (const GinkgoNode& node : report.nodes) {
      if (!node.is_spec()) continue;
      const int twin = seen[{node.name, node.file, node.line}]++;
      bool known = false;
      for (std::size_t i = 0; i < wanted_.size(); ++i) {
        const auto& [info, own_twin, twins] = wanted_[i];
        if (info->name != node.name || info->line != node.line || info->file != node.file) continue;
        known = known || twin < twins;
        if (own_twin == twin) nodes_[i] = &node;
      }
      if (!node.selected()) continue;
      ++ran;
      if (known) ++wanted_ran;
      if (!known && stranger.empty()) stranger = node.name;
    }
    if (ran == wanted_ran) return {};
    if (wanted_.size() == 1 && ran > 1) return fmt::format("the binary ran {} specs instead of one", ran);
    return "the binary ran another spec: " + stranger;
  }

  bool has_end(std::size_t i) const {
    // Pending specs are pending whatever the focus.
    return nodes_[i] != nullptr && (nodes_[i]->selected() || nodes_[i]->state == "pending");
  }

  JudgedAttempt own_end(const GinkgoNode& node) const {
    JudgedAttempt end = ending_of_spec(node);
    if (wanted_.size() == 1) return end;  // its process is its own
    // Ginkgo dates what it did not begin to the year 1.
    if (node.started > Timestamp{}) end.started = node.started;
    end.took = node.took;
    return end;
  }

  // Where the process was when it was ended.
  std::size_t last_at() const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i] == nullptr || nodes_[i]->tries == 0) continue;
      at = i;
      if (nodes_[i]->state == "interrupted") break;
    }
    return at;
  }

  void cut_short_at(std::size_t at, const std::string& how) {
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      if (i == at) {
        ends_[i].ending = {result_.timed_out ? Outcome::kTimedOut : Outcome::kCrashed, one_line(how)};
      } else if (std::find(passed_by_output_.begin(), passed_by_output_.end(), i) != passed_by_output_.end()) {
        ends_[i].ending = {Outcome::kPassed, {}};
      } else if (!has_end(i)) {
        ends_[i].ending = {
            Outcome::kNotRun,
            one_line(fmt::format("{}: its process, which it shares with '{}', ended there: {}",
                                 i < at ? "how it ended is lost" : "not reached", wanted_[at].info->name, how))};
      }
    }
  }

  void left_out(const results::GinkgoReport& report) {
    const std::string of_suite = failed_node_of(report);
    std::string why = special_reason(report);
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      if (has_end(i)) {
        // An interruption, or AbortSuite: those after it are left out.
        if (why.empty() && ends_[i].ending.outside) why = ends_[i].ending.reason;
      } else {
        ends_[i].ending = outside(!of_suite.empty() ? of_suite
                                  : why.empty()     ? "the binary ran no spec"
                                                    : "the binary ran no spec: " + why);
      }
    }
  }

  // Another exit code than 0: the suite is why, or a spec that failed, perhaps a twin that was not wanted.
  void explain_exit(const results::GinkgoReport& report) {
    std::string why = failed_node_of(report);
    if (why.empty()) why = special_reason(report);
    const bool all_good = std::all_of(report.nodes.begin(), report.nodes.end(), [](const GinkgoNode& node) {
      return !node.is_spec() || is_good(ending_of_spec(node).ending.outcome);
    });
    if (!why.empty()) {
      for (JudgedAttempt& end : ends_)
        if (is_good(end.ending.outcome)) end.ending = outside(why);
    } else if (report.focused) {
      for (JudgedAttempt& end : ends_)
        if (is_good(end.ending.outcome)) end.ending = outside("a focus is in the suite's code");
    } else if (all_good) {
      Ending& last = ends_[last_at()].ending;
      last = {Outcome::kCrashed, one_line(fmt::format("the spec {}, and then the process ended with {}",
                                                      results::to_string(last.outcome), describe_end(result_)))};
    }
  }

  const ProcessResult& result_;
  const std::vector<WantedSpec>& wanted_;
  const milliseconds time_limit_;
  std::vector<const GinkgoNode*> nodes_;  // of the wanted specs; null: the report has none
  std::vector<JudgedAttempt> ends_;
  std::vector<std::size_t> passed_by_output_;
};

}  // namespace

WantedSpec wanted_spec(const SelectedCase& selected) {
  WantedSpec spec{selected.info};
  if (selected.info->unit == 0) return spec;  // twins are of one unit
  spec.twins = 0;
  for (const catalogue::CaseInfo& other : selected.suite->cases) {
    if (other.name != spec.info->name || other.line != spec.info->line || other.file != spec.info->file) continue;
    if (&other == spec.info) spec.twin = spec.twins;
    ++spec.twins;
  }
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

std::vector<JudgedAttempt> endings_of_ginkgo(const ProcessResult& result, const Result<results::GinkgoReport>& report,
                                             const std::vector<WantedSpec>& wanted, milliseconds time_limit) {
  Judge judge(result, wanted, time_limit);
  return report ? judge.with(*report) : judge.without_report(report.error().message);
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
