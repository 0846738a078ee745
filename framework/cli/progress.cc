// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "framework/base/text.h"
#include "framework/report/time_shares.h"

namespace graduand::cli {

namespace {

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
  return 80;
}

std::string took(milliseconds time) {
  return fmt::format("{:.1f}s", static_cast<double>(time.count()) / 1000);
}

// The change of phase, when there is one to be told.
std::string way_of(const results::Transition& transition) {
  if (transition.phase_after.empty() || transition.phase_before == transition.phase_after) return {};
  return ", " + transition.phase_before + " → " + transition.phase_after;
}

}  // namespace

ProgressPrinter::ProgressPrinter(std::size_t attempts, const Clock& clock)
    : planned_(attempts), clock_(clock), start_(clock.steady_now()), terminal_(isatty(STDERR_FILENO) == 1) {
  const char* no_colour = std::getenv("NO_COLOR");
  colour_ = terminal_ && !(no_colour && *no_colour);
}

ProgressPrinter::~ProgressPrinter() {
  clear();
}

void ProgressPrinter::on_cell_started(const catalogue::CellDescription& cell) {
  cell_ = cell.display_name();
  phased_ = !cell.transitions.empty();
  step_.clear();
  line(fmt::format("cell {}: bringing up Kubernetes {} ({})", cell_, cell.kubernetes_version.str(), cell.provider));
}

void ProgressPrinter::on_cell_progress(const catalogue::CellDescription&, const std::string& step) {
  step_ = step;
  if (terminal_)
    status();
  else
    line(fmt::format("cell {}: {}", cell_, step));
}

void ProgressPrinter::on_instance(const results::ClusterInstance& instance) {
  step_.clear();
  if (instance.outcome == results::Outcome::kPassed) {
    line(fmt::format("cell {}: ready after {}, API server {}, effective gates read back", cell_,
                     took(instance.ready_after), instance.facts.api_server_version.str()));
  } else {
    line(
        painted("31", fmt::format("cell {}: {}: {}", cell_, to_string(instance.outcome), printable(instance.message))));
  }
}

void ProgressPrinter::on_attempt_started(const runner::PlannedAttempt& attempt) {
  running_[attempt.id] = attempt.case_id;
  status();
}

void ProgressPrinter::on_attempt_progress(const runner::PlannedAttempt&, const std::string&) {
  status();
}

void ProgressPrinter::on_attempt(const results::Attempt& attempt) {
  running_.erase(attempt.id);
  ++done_;
  // What kept one from running mostly keeps others too.
  if (attempt.outcome == results::Outcome::kNotRun && !reasons_.insert(attempt.reason).second) return status();
  const bool bad = results::is_failure(attempt.outcome) || attempt.outcome == results::Outcome::kInfraError;
  if (bad) ++failed_;
  const char* code = bad ? "31" : attempt.outcome == results::Outcome::kPassed ? "32" : "33";
  // Passes only move the counter on a terminal; elsewhere, and for anything that is not a pass, a line stays.
  if (!terminal_ || attempt.outcome != results::Outcome::kPassed) {
    auto text = fmt::format("[{}/{}] {} {}{} #{} ({})", done_, planned_,
                            painted(code, fmt::format("{:<11}", to_string(attempt.outcome))), attempt.case_id,
                            phased_ ? "@" + attempt.first_phase : "", attempt.number, took(attempt.took));
    if (!attempt.reason.empty()) text += ": " + shorten(printable(attempt.reason), 300);
    line(text);
    if (bad)
      for (const auto& failure : attempt.failures)
        for (const auto& part : split(
                 fmt::format("{}:{}: {}", failure.file, failure.line, shorten(printable(failure.message), 600)), '\n'))
          line("    " + part);
  }
  status();
}

void ProgressPrinter::on_transition(const results::Transition& transition) {
  step_.clear();
  const std::string shares = report::time_shares(transition);
  auto text = fmt::format("transition {}{}: {} ({}{})", to_string(transition.request.kind), way_of(transition),
                          to_string(transition.outcome), took(transition.took), shares.empty() ? "" : ": " + shares);
  if (!transition.message.empty()) text += ": " + printable(transition.message);
  line(text);
}

void ProgressPrinter::on_cell_finished(const catalogue::CellDescription& cell, bool cluster_kept) {
  line(fmt::format("cell {}: finished{}", cell.display_name(), cluster_kept ? ", cluster kept" : ", cluster deleted"));
}

void ProgressPrinter::on_notice(const std::string& text) {
  line(printable(text));
}

void ProgressPrinter::line(const std::string& text) {
  clear();
  std::fprintf(stderr, "%s\n", text.c_str());
  status();
}

void ProgressPrinter::status() {
  if (!terminal_) return;
  clear();
  const auto elapsed = std::chrono::duration_cast<seconds>(clock_.steady_now() - start_);
  auto text = fmt::format("[{}/{}] {} {}", done_, planned_, format_duration(elapsed), cell_);
  if (failed_ > 0) text += fmt::format(", {} failed", failed_);
  if (!step_.empty())
    text += ": " + step_;
  else if (!running_.empty())
    text += fmt::format(": {} running, {}", running_.size(), running_.begin()->second);
  std::fprintf(stderr, "%s", shorten(text, terminal_width() - 6).c_str());
  std::fflush(stderr);
  status_shown_ = true;
}

void ProgressPrinter::clear() {
  if (!status_shown_) return;
  std::fprintf(stderr, "\r\033[K");
  status_shown_ = false;
}

std::string ProgressPrinter::painted(const char* code, const std::string& text) const {
  return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

}  // namespace graduand::cli
