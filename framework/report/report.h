// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/json.h"
#include "framework/graduation/judge.h"
#include "framework/history/rates.h"

namespace graduand::report {

// How to write for a terminal.
struct TerminalStyle {
  bool colour = false;  // caller: stdout is a terminal and NO_COLOR is unset
  int width = 100;      // columns; tables cut names, never numbers
  bool all = false;     // also what says nothing: what does not apply, cells that only skipped
};
// From isatty(1), NO_COLOR, COLUMNS or the window's size.
TerminalStyle terminal_style_for_stdout(bool all = false);

// What a report is made of; judgements may be empty.
struct Input {
  std::string title;
  history::Selection selection;
  std::vector<history::CaseCell> rates;
  std::vector<graduation::Judgement> judgements;
};

// The flake table: case, cell, attempts, passed, failed, skipped, infra, rate and 95 % interval per attempt and per
// run, flake mark; a note where repeats inside one cluster instance are correlated. Rates with nothing run show "–". On
// a terminal cells in which a case only skipped are one line with their number, and cases that only skipped, too.
std::string flakes_terminal(const std::vector<history::CaseCell>& rates, const TerminalStyle& style);
std::string flakes_markdown(const std::vector<history::CaseCell>& rates);
json::value flakes_json(const std::vector<history::CaseCell>& rates);

// A verdict: overall first, then each rule with reason and denominators and what is missing, the runs read and the runs
// left out. On a terminal what decides it comes first; Markdown and JSON have the rules in their order, and all of
// them.
std::string judgement_terminal(const graduation::Judgement& judgement, const TerminalStyle& style);
std::string judgement_markdown(const graduation::Judgement& judgement);
json::value judgement_json(const graduation::Judgement& judgement);

// The whole report: runs, cluster instances with effective gates, the flake table, failures with their messages,
// skips grouped by reason, verdicts.
std::string report_terminal(const Input& input, const TerminalStyle& style);
std::string report_markdown(const Input& input);
json::value report_json(const Input& input);

}  // namespace graduand::report
