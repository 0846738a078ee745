// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "framework/base/error.h"
#include "framework/base/json.h"

namespace graduand::runner {

enum class KeepCluster { kNever, kOnFailure, kAlways };
// "never", "on-failure", "always", as on the command line; kUsage for another word.
const char* to_string(KeepCluster keep);
Result<KeepCluster> parse_keep_cluster(const std::string& text);

// How a plan is carried out.
struct RunOptions {
  int procs = 4;     // attempts at once per cluster
  int clusters = 1;  // up at once
  // After the first failure (or a cell that the product kept from coming up) no attempt starts any more, in any cell.
  // Those not started get no record, so that --resume goes on with them.
  bool fail_fast = false;
  // What is not serial runs in processes that it shares, instead of one each, where its driver can: Ginkgo's specs.
  bool share_processes = false;
  // All attempts are of the Conformance set of one suite, which its driver runs in one invocation.
  bool conformance = false;
  KeepCluster keep_cluster = KeepCluster::kNever;
};

// How a run was asked for: kept beside its plan, so that `--resume DIR` alone goes on as it began. Paths are absolute.
struct Invocation {
  RunOptions options{};
  std::filesystem::path history{};                       // to ingest into; empty: into none
  std::vector<std::filesystem::path> suite_folders{};    // as --suites named them; empty: the default
  std::vector<std::filesystem::path> feature_folders{};  // as --features named them; empty: the default

  json::object to_json() const;
  // Members that are absent have their defaults. kUsage naming the member that is of another type or unknown word.
  static Result<Invocation> from_json(const json::value& value);
};

}  // namespace graduand::runner
