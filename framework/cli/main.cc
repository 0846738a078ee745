// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <exception>

#include "framework/base/log.h"
#include "framework/base/text.h"
#include "framework/cli/cli.h"
#include "graduand_revision.h"

namespace {

constexpr const char* kFooter = R"(
Examples:
  graduand doctor --kubernetes v1.33.13
  graduand run --profile kind-configs/sleep-action-v1.33.yaml --repeat 3
  graduand flakes
  graduand judge --feature PodLifecycleSleepAction --stage stable

Exit codes:
  0 ok · 1 tests failed or verdict fail · 2 usage · 3 nothing selected
  4 nothing ran or verdict no-evidence · 5 infrastructure, or not all ran · 130 interrupted)";

// CLI11 says which word it did not know; this adds the verb or option that was probably meant.
std::string suggestion(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::vector<std::string> known;
    if (word.rfind("--", 0) == 0) {
      const std::string name = word.substr(0, word.find('='));
      for (const auto* option : at->get_options())
        for (const auto& long_name : option->get_lnames()) known.push_back("--" + long_name);
      if (std::find(known.begin(), known.end(), name) == known.end()) return graduand::did_you_mean_hint(name, known);
      continue;
    }
    const CLI::App* next = nullptr;
    for (const auto* verb : at->get_subcommands([](const CLI::App*) { return true; })) {
      if (verb->get_group().empty()) continue;
      known.push_back(verb->get_name());
      if (verb->get_name() == word) next = verb;
    }
    if (next)
      at = next;
    else if (!known.empty())
      return graduand::did_you_mean_hint(word, known);
  }
  return {};
}

int run_main(int argc, char** argv) {
  using namespace graduand::cli;
  Session session;
  session.argv.assign(argv, argv + argc);
  CLI::App app{
      "graduand: is this Kubernetes feature ready for beta, or for GA? It runs tagged suites on kind clusters "
      "with chosen feature gates and versions, keeps every attempt, and answers with evidence."};
  app.name("graduand");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("graduand " GRADUAND_VERSION " (" GRADUAND_REVISION ")"));
  app.add_flag("-v,--verbose", session.verbosity, "Log more to stderr; twice for still more");
  app.add_option("--suites", session.suite_folders, "A folder of suites (may be repeated)")
      ->type_name("DIR")
      ->envname("GRADUAND_SUITES")
      ->delimiter(':')
      ->default_str("suites beside the program");
  app.add_option("--features", session.feature_folders, "A folder of features' files (may be repeated)")
      ->type_name("DIR")
      ->envname("GRADUAND_FEATURES")
      ->delimiter(':')
      ->default_str("features beside and in the folders of suites");
  app.add_option("--kind-configs", session.kind_config_folders,
                 "A folder of profiles that commands in a verdict may name (may be repeated)")
      ->type_name("DIR")
      ->envname("GRADUAND_KIND_CONFIGS")
      ->delimiter(':')
      ->default_str("kind-configs here, or above the program");
  add_doctor(app, session);
  add_cluster(app, session);
  add_suites(app, session);
  add_run(app, session);
  add_flakes(app, session);
  add_judge(app, session);
  add_ingest(app, session);
  add_mark(app, session);
  add_report(app, session);
  add_completion(app, session);
  // Not a verb: the words to complete are no command line yet, so they cannot be parsed as one.
  if (argc > 1 && session.argv[1] == "__complete") return complete(app, {argv + 2, argv + argc});
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "error: %s\n", error.what());
    if (const auto hint = suggestion(app, argc, argv); !hint.empty())
      std::fprintf(stderr, "  hint: %s\n", hint.c_str());
    std::fprintf(stderr, "Run 'graduand --help', or 'graduand VERB --help'.\n");
    return kUsage;
  }
  graduand::set_up_logging(session.verbosity);
  return session.action ? session.action() : static_cast<int>(kUsage);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: this is a bug of graduand: %s\n", error.what());
    return graduand::cli::kInfrastructure;
  }
}
