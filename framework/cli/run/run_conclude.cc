// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/run/run_conclude.h"

#include "framework/base/files.h"
#include "framework/cli/run/repeat_failures.h"
#include "framework/history/rates.h"
#include "framework/report/fixed_costs.h"
#include "framework/report/report.h"
#include "framework/results/junit.h"

namespace graduand::cli {
namespace {

Status show(const results::RunContents& contents, const Prepared& prepared, bool as_json) {
  GRADUAND_TRY_ASSIGN(const auto selection, history::select_from({contents}, history::Query{}));
  const auto rates = history::case_cells(selection);
  const auto costs = report::fixed_costs(contents);
  if (as_json)
    print(pretty_json(json::object{{"schema_version", 1},
                                   {"run_id", prepared.run.id},
                                   {"directory", prepared.directory.string()},
                                   {"rates", report::flakes_json(rates)},
                                   {"fixed_costs", report::fixed_costs_json(costs)}}));
  else
    print(report::flakes_terminal(rates, report::terminal_style_for_stdout()) + report::fixed_costs_text(costs) +
          repeat_failures_text(contents, prepared.directory));
  return {};
}

Status take_into_history(const results::RunContents& contents, const Prepared& prepared) {
  const auto& path = prepared.plan.invocation.history;
  if (path.empty()) return {};
  GRADUAND_TRY_ASSIGN(auto store, open_history(path.string()));
  GRADUAND_TRY_ASSIGN(const auto summary, store->ingest(contents));
  std::fprintf(stderr, "history: %d attempts added\n", summary.attempts);
  return {};
}

}  // namespace

int conclude_run(const Prepared& prepared, bool as_json, bool interrupted) {
  auto contents = results::read_run_directory(prepared.directory);
  if (!contents) return worse_exit(report_error(contents.error()), interrupted ? kInterrupted : kOk);
  auto whole = runner::summarize(*contents);
  whole.interrupted = interrupted;
  int code = whole.exit_code();
  const auto note = [&code](const Status& done, const char* hint) {
    if (done) return;
    code = worse_exit(code, report_error(done.error()));
    if (*hint != '\0') std::fprintf(stderr, "  %s\n", hint);
  };
  note(write_file_atomically(prepared.directory / results::layout::kJunit, results::junit_xml(*contents)), "");
  note(show(*contents, prepared, as_json), "");
  note(take_into_history(*contents, prepared),
       ("the run directory is complete; once that is mended: graduand ingest " + prepared.directory.string()).c_str());
  return code;
}

}  // namespace graduand::cli
