// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "framework/cli/cli.h"
#include "framework/results/run_directory.h"

namespace graduand::cli {

namespace {

struct Options {
  std::vector<std::string> runs;
  std::string history;
  bool migrate = false;
};

int migrate(const Options& options) {
  if (auto store = open_existing_history(options.history); !store) return report_error(store.error());
  print("the history is up to date\n");
  return kOk;
}

int ingest(const Options& options) {
  if (options.runs.empty())
    return report_error(Error{ErrorKind::kUsage, "no run directory named", {}, "see 'graduand ingest --help'"});
  std::unique_ptr<history::Store> store;
  for (const auto& path : options.runs) {
    auto contents = results::read_run_directory(path);
    if (!contents) return report_error(contents.error());
    if (!store) {  // not made before there is something to add
      auto opened = open_history(options.history);
      if (!opened) return report_error(opened.error());
      store = std::move(*opened);
    }
    auto summary = store->ingest(*contents);
    if (!summary) return report_error(summary.error());
    print(
        fmt::format("{}: run {}: {} attempts, {} cluster instances, {} transitions, {} facts added; {} already there\n",
                    path, summary->run_id, summary->attempts, summary->instances, summary->transitions, summary->facts,
                    summary->already_there));
    if (contents->torn) print("  the last line of attempts.jsonl was incomplete and was left out\n");
  }
  return kOk;
}

}  // namespace

void add_ingest(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("ingest", "Add run directories to the history ('run' does it at its end)");
  auto* directories = verb->add_option("DIR", options->runs, "Run directories")->type_name("");
  verb->add_option("--history", options->history, "The history to add to")
      ->type_name("FILE")
      ->default_str(history::default_history_path().string());
  verb->add_flag("--migrate", options->migrate,
                 "Only bring a history of an older graduand up to date; verbs that read never do")
      ->excludes(directories);
  verb->footer("\nExample:\n  graduand ingest graduand-runs/*");
  verb->callback([options, &session] {
    session.action = [options] { return options->migrate ? migrate(*options) : ingest(*options); };
  });
}

}  // namespace graduand::cli
