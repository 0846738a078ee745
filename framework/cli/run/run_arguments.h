// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "framework/cli/cli.h"

namespace graduand::cli {

// The command line of `run`.
struct RunArguments {
  // The long options that were given, without their dashes.
  std::set<std::string> given;
  std::vector<std::string> profiles;
  std::vector<std::string> cells;
  CaseArguments selection;
  int repeat = 1;
  int procs = 4;
  std::string clusters = "1";
  bool fail_fast = false;
  bool share_processes = false;
  bool conformance = false;
  std::string keep_cluster = "never";
  std::string output;
  std::string history;
  bool no_history = false;
  std::string trigger = "manual";
  std::string job;
  std::string build_id;
  std::string change;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> attempt_seed;
  std::string resume;
  bool dry_run = false;
  bool as_json = false;
};

}  // namespace graduand::cli
