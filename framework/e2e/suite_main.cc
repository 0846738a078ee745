// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "framework/base/files.h"
#include "framework/e2e/case.h"
#include "framework/e2e/internal/attempt.h"
#include "framework/e2e/internal/by_hand.h"
#include "framework/e2e/registry.h"

namespace graduand::e2e {
namespace {

constexpr const char* kUsageText =
    "usage: %s --list-cases\n"
    "       %s --attempt FILE\n"
    "       %s --case ID --kubeconfig FILE [--context C] [--node-access kind:CLUSTER] [--seed N] [--artifacts DIR]\n"
    "\n"
    "  --list-cases   print the cases of suite %s as JSON\n"
    "  --attempt      run the attempt that FILE describes; records go to descriptor 3 (the runner's way)\n"
    "  --case         run one case on a running cluster; records go to standard output. Gates and versions are read\n"
    "                 from the cluster; a case that needs node access is skipped unless --node-access is given.\n"
    "                 Without --kubeconfig the case runs without a cluster.\n"
    "Exit codes: 0 passed, 1 failed, 2 usage, 4 skipped, 5 infrastructure, 130 stopped.\n";

int usage_error(const Error& error) {
  std::fprintf(stderr, "%s\n", to_string(error).c_str());
  return error.kind == ErrorKind::kUsage ? 2 : 5;
}

// Flags are "--name VALUE"; whoever gives the same one twice gets the last.
Result<std::map<std::string, std::string>> parse_arguments(int argc, char** argv) {
  static const std::vector<std::string> kKnown = {"--attempt",     "--case", "--kubeconfig", "--context",
                                                  "--node-access", "--seed", "--artifacts"};
  std::map<std::string, std::string> values;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (std::find(kKnown.begin(), kKnown.end(), flag) == kKnown.end())
      return fail(ErrorKind::kUsage, "unknown argument '" + flag + "'", "", "try --help");
    if (i + 1 == argc) return fail(ErrorKind::kUsage, flag + " needs a value");
    values[flag] = argv[++i];
  }
  return values;
}

Result<ByHand> by_hand_of(std::map<std::string, std::string>& values) {
  ByHand hand{values["--case"],     values["--kubeconfig"], values["--context"], values["--node-access"], 0,
              values["--artifacts"]};
  if (const std::string& text = values["--seed"]; !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hand.seed);
    if (error != std::errc() || end != text.data() + text.size())
      return fail(ErrorKind::kUsage, "--seed is '" + text + "', expected a whole number from 0 to 2^64-1");
  }
  return hand;
}

Result<results::AttemptContext> attempt_from_file(const std::string& path) {
  GRADUAND_TRY_ASSIGN(const std::string text, read_file(path));
  GRADUAND_TRY_ASSIGN(const json::value value, parse_json(text, path));
  return results::attempt_context_from_json(value);
}

// Whatever GTEST_ variables are set, the one registered test must run, once, and its exceptions be reported.
void set_up_gtest(char** argv) {
  for (const char* name : {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "GTEST_SHARD_STATUS_FILE"}) ::unsetenv(name);
  int count = 1;
  char* only_name[] = {argv[0], nullptr};
  testing::InitGoogleTest(&count, only_name);
  GTEST_FLAG_SET(filter, "*");
  GTEST_FLAG_SET(also_run_disabled_tests, true);
  GTEST_FLAG_SET(repeat, 1);
  GTEST_FLAG_SET(output, "");
  GTEST_FLAG_SET(catch_exceptions, true);
  GTEST_FLAG_SET(throw_on_failure, false);
  GTEST_FLAG_SET(break_on_failure, false);
  GTEST_FLAG_SET(list_tests, false);
}

int run_one(const Result<results::AttemptContext>& attempt, const std::string& suite, int record_fd, char** argv) {
  if (!attempt) return usage_error(attempt.error());
  const RegisteredCase* registered = find_case(suite, attempt->case_id);
  if (registered == nullptr)
    return usage_error({ErrorKind::kUsage, "the suite " + suite + " has no case '" + attempt->case_id + "'", "",
                        "--list-cases prints them"});
  CancelSource source;
  const SignalGuard guard(source);
  RecordSink sink(record_fd);
  set_up_gtest(argv);
  return run_attempt(*attempt, *registered, sink, record_fd == results::kRecordFd ? record_fd : -1, source.token(),
                     system_clock());
}

}  // namespace

int suite_main(int argc, char** argv, const char* suite_name) {
  if (auto sound = check_registry(registered_cases()); !sound) return usage_error(sound.error());
  const std::string first = argc > 1 ? argv[1] : "--help";
  if (first == "--help" || first == "-h") {
    std::printf(kUsageText, argv[0], argv[0], argv[0], suite_name);
    return argc > 1 ? 0 : 2;
  }
  if (first == "--list-cases") {
    std::printf("%s", pretty_json(catalogue_json(suite_name)).c_str());
    return 0;
  }
  auto values = parse_arguments(argc, argv);
  if (!values) return usage_error(values.error());
  if (values->contains("--attempt")) {
    // A shell that a case starts must not hold the pipe open.
    if (::fcntl(results::kRecordFd, F_SETFD, FD_CLOEXEC) != 0)
      return usage_error({ErrorKind::kUsage, "--attempt: descriptor 3 is not open", "", "use --case by hand"});
    return run_one(attempt_from_file((*values)["--attempt"]), suite_name, results::kRecordFd, argv);
  }
  if (!values->contains("--case")) return usage_error({ErrorKind::kUsage, "no case was named", "", "try --help"});
  auto hand = by_hand_of(*values);
  if (!hand) return usage_error(hand.error());
  return run_one(attempt_by_hand(suite_name, *hand), suite_name, STDOUT_FILENO, argv);
}

}  // namespace graduand::e2e
