// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/run/progress.h"

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
  cells_[cell.display_name()].phased = !cell.transitions.empty();
  line(fmt::format("cell {}: bringing up Kubernetes {} ({})", cell.display_name(), cell.kubernetes_version.str(),
                   cell.provider));
}

void ProgressPrinter::on_cell_progress(const catalogue::CellDescription& cell, const std::string& step) {
  cells_[cell.display_name()].step = step;
  if (terminal_)
    status();
  else
    line(fmt::format("cell {}: {}", cell.display_name(), step));
}

void ProgressPrinter::on_instance(const results::ClusterInstance& instance) {
  const std::string name = instance.cell.display_name();
  cells_[name].step.clear();
  if (instance.outcome == results::Outcome::kPassed) {
    line(fmt::format("cell {}: ready after {}, API server {}, effective gates read back", name,
                     took(instance.ready_after), instance.facts.api_server_version.str()));
  } else {
    line(painted("31", fmt::format("cell {}: {}: {}", name, to_string(instance.outcome), printable(instance.message))));
  }
}

void ProgressPrinter::on_attempt_started(const runner::PlannedAttempt& attempt) {
  cells_[attempt.cell].running[attempt.id] = attempt.case_id;
  status();
}

void ProgressPrinter::on_attempt_progress(const runner::PlannedAttempt& attempt, const std::string& message) {
  const std::string text = fmt::format("{} #{}: {}", attempt.case_id, attempt.number, shorten(printable(message), 300));
  cells_[attempt.cell].said = text;
  if (terminal_)
    status();
  else
    line(text + in_cell(attempt.cell));
}

void ProgressPrinter::on_attempt(const results::Attempt& attempt) {
  Cell& cell = cells_[attempt.cell];
  cell.running.erase(attempt.id);
  if (starts_with(cell.said, fmt::format("{} #{}: ", attempt.case_id, attempt.number))) cell.said.clear();
  ++done_;
  // What kept one from running mostly keeps others too.
  if (attempt.outcome == results::Outcome::kNotRun && !reasons_.insert(attempt.reason).second) return status();
  const bool bad = results::is_failure(attempt.outcome) || attempt.outcome == results::Outcome::kInfraError;
  if (bad) ++failed_;
  const char* code = bad ? "31" : attempt.outcome == results::Outcome::kPassed ? "32" : "33";
  // Passes only move the counter on a terminal; elsewhere, and for anything that is not a pass, a line stays.
  if (!terminal_ || attempt.outcome != results::Outcome::kPassed) {
    auto text = fmt::format("[{}/{}] {} {}{} #{} ({}{})", done_, planned_,
                            painted(code, fmt::format("{:<11}", to_string(attempt.outcome))), attempt.case_id,
                            cell.phased ? "@" + attempt.first_phase : "", attempt.number, took(attempt.took),
                            in_cell(attempt.cell));
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

void ProgressPrinter::on_transition(const catalogue::CellDescription& cell, const results::Transition& transition) {
  cells_[cell.display_name()].step.clear();
  const std::string shares = report::time_shares(transition);
  auto text = fmt::format("transition {}{}: {} ({}{}{})", to_string(transition.request.kind), way_of(transition),
                          to_string(transition.outcome), took(transition.took), shares.empty() ? "" : ": " + shares,
                          in_cell(cell.display_name()));
  if (!transition.message.empty()) text += ": " + printable(transition.message);
  line(text);
}

void ProgressPrinter::on_cell_finished(const catalogue::CellDescription& cell, bool cluster_kept) {
  cells_.erase(cell.display_name());
  line(fmt::format("cell {}: finished{}", cell.display_name(), cluster_kept ? ", cluster kept" : ", cluster deleted"));
}

void ProgressPrinter::on_notice(const std::string& text) {
  line(printable(text));
}

std::string ProgressPrinter::in_cell(const std::string& name) const {
  return cells_.size() > 1 ? ", in " + name : std::string();
}

void ProgressPrinter::line(const std::string& text) {
  clear();
  std::fprintf(stderr, "%s\n", text.c_str());
  status();
}

std::string ProgressPrinter::doing(const Cell& cell) const {
  if (!cell.step.empty()) return ": " + cell.step;
  if (cell.running.empty()) return {};
  return fmt::format(": {} running, {}", cell.running.size(),
                     cell.said.empty() ? cell.running.begin()->second : cell.said);
}

void ProgressPrinter::status() {
  if (!terminal_) return;
  clear();
  const auto elapsed = std::chrono::duration_cast<seconds>(clock_.steady_now() - start_);
  std::vector<std::string> lines = {fmt::format("[{}/{}] {}", done_, planned_, format_duration(elapsed))};
  const std::string failed = failed_ > 0 ? fmt::format(", {} failed", failed_) : std::string();
  if (cells_.size() == 1) {
    const auto& [name, cell] = *cells_.begin();
    lines.front() += " " + name + failed + doing(cell);
  } else {
    lines.front() += failed;
    for (const auto& [name, cell] : cells_) lines.push_back("  " + name + doing(cell));
  }
  for (std::string& one : lines) one = shorten(one, terminal_width() - 6);
  std::fprintf(stderr, "%s", join(lines, "\n").c_str());
  std::fflush(stderr);
  status_lines_ = static_cast<int>(lines.size());
}

void ProgressPrinter::clear() {
  for (; status_lines_ > 0; --status_lines_) std::fprintf(stderr, "\r\033[K%s", status_lines_ > 1 ? "\033[A" : "");
}

std::string ProgressPrinter::painted(const char* code, const std::string& text) const {
  return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

}  // namespace graduand::cli
