// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "framework/base/text.h"
#include "framework/cli/cli.h"

namespace graduand::cli {

namespace {

using results::Mark;

struct Options {
  Mark mark;
  std::string since;
  std::string attempt;
  std::string transition;
  std::string history;
  bool as_json = false;
};

std::string text_of(const Mark& mark) {
  std::string text = mark.id + " " + to_string(mark.kind) + ": ";
  if (mark.kind == Mark::Kind::kInfrastructure)
    text += fmt::format("{} (rule: {})", mark.target, mark.rule);
  else
    text += fmt::format("{} for {}, since {}", mark.case_id, mark.feature,
                        mark.since ? format_rfc3339(*mark.since) : "revision " + mark.since_revision);
  return text +
         fmt::format("\n  {}\n  {}, {}\n", printable(mark.reason), printable(mark.author), format_rfc3339(mark.made));
}

int add(const Options& options) {
  Mark mark = options.mark;
  if (mark.kind == Mark::Kind::kFixed) {
    if (const auto time = parse_time_argument(options.since))
      mark.since = *time;
    else
      mark.since_revision = trim(options.since);
  } else {
    if (options.attempt.empty() == options.transition.empty())
      return report_error(Error{ErrorKind::kUsage,
                                "name either --attempt ID or --transition ID",
                                {},
                                "'graduand judge --json' names what failed"});
    mark.target = options.attempt + options.transition;
  }
  // Before the history is opened: what is wrong with the command is said whatever is wrong with the file.
  if (auto whole = results::check(mark); !whole) return report_error(whole.error());
  auto store = open_existing_history(options.history);
  if (!store) return report_error(store.error());
  auto made = (*store)->add_mark(std::move(mark));
  if (!made) return report_error(made.error());
  print(options.as_json ? pretty_json(results::to_json(*made)) : "recorded " + text_of(*made));
  return kOk;
}

int list(const Options& options) {
  auto opened = open_history_to_read(options.history);
  if (!opened) return report_error(opened.error());
  // No attempt is of this feature, and marks are all of the history whatever is asked.
  auto selection = opened->store->select(history::Query{.run_ids = {"none, only the marks"}});
  if (!selection) return report_error(selection.error());
  json::array marks;
  std::string text;
  for (const Mark& mark : selection->marks) {
    marks.push_back(results::to_json(mark));
    text += text_of(mark);
  }
  if (options.as_json)
    print(pretty_json(json::object{{"type", "marks"}, {"schema_version", 1}, {"marks", std::move(marks)}}));
  else
    print(text.empty() ? "no marks\n" : text);
  return kOk;
}

void add_common(CLI::App& verb, Options& options) {
  verb.add_option("--history", options.history, "The history, which must be there")
      ->type_name("FILE")
      ->default_str(history::default_history_path().string());
  verb.add_flag("--json", options.as_json, "Print as JSON");
}

void add_words(CLI::App& verb, Options& options) {
  verb.add_option("--reason", options.mark.reason, "Why; every verdict that it has a part in prints it")
      ->required()
      ->type_name("TEXT");
  verb.add_option("--author", options.mark.author, "Who says so")->required()->type_name("NAME");
  add_common(verb, options);
}

void add_fixed(CLI::App& mark, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = mark.add_subcommand("fixed", "The cause of a case's failures is mended: its count starts anew");
  verb->add_option("--feature", options->mark.feature, "The feature that it speaks for")
      ->required()
      ->type_name("FEATURE");
  verb->add_option("--case", options->mark.case_id, "The case's id")->required()->type_name("ID");
  verb->add_option(
          "--since", options->since,
          "When: a time (2026-11-21 or RFC 3339), or the revision of suite, harness or product that has the fix")
      ->required()
      ->type_name("TIME|REVISION");
  add_words(*verb, *options);
  verb->footer(
      "\nExample:\n"
      "  graduand mark fixed --feature PodLifecycleSleepAction --case sleep-action/prestop-sleep-delays-termination "
      "\\\n"
      "    --since 2026-11-21 --reason 'the case waited for the wrong event' --author 'A. Maintainer'");
  verb->callback([options, &session] {
    options->mark.kind = Mark::Kind::kFixed;
    session.action = [options] { return add(*options); };
  });
}

void add_infrastructure(CLI::App& mark, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = mark.add_subcommand("infrastructure", "An attempt or transition failed because of the infrastructure");
  verb->add_option("--attempt", options->attempt, "The attempt's id")->type_name("ID");
  verb->add_option("--transition", options->transition, "The transition's id")->type_name("ID");
  verb->add_option("--rule", options->mark.rule, "What classified it")->type_name("NAME")->capture_default_str();
  add_words(*verb, *options);
  verb->footer(
      "\nExample:\n"
      "  graduand mark infrastructure --attempt 20261121t041000-ab12cd34/sleep/on/sleep-action/delays/1 \\\n"
      "    --reason 'the registry was down from 04:05 to 04:40' --author 'A. Maintainer'");
  verb->callback([options, &session] {
    options->mark.kind = Mark::Kind::kInfrastructure;
    session.action = [options] { return add(*options); };
  });
}

void add_list(CLI::App& mark, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = mark.add_subcommand("list", "All marks of the history, in the order of making");
  add_common(*verb, *options);
  verb->footer("\nExample:\n  graduand mark list --json");
  verb->callback([options, &session] { session.action = [options] { return list(*options); }; });
}

}  // namespace

void add_mark(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("mark", "Say something later about records, which never change; verdicts print it");
  verb->require_subcommand(1);
  add_fixed(*verb, session);
  add_infrastructure(*verb, session);
  add_list(*verb, session);
  verb->footer(
      "\nExamples:\n"
      "  graduand mark fixed --feature F --case suite/case --since v1.36.1 --reason 'kubernetes#139999' --author me\n"
      "  graduand mark infrastructure --attempt ID --reason 'disk of the node full' --author me\n"
      "  graduand mark list");
}

}  // namespace graduand::cli
