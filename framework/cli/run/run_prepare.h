// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "framework/cli/cli.h"
#include "framework/cli/run/run_arguments.h"
#include "framework/cluster/provider.h"
#include "framework/profile/profile.h"
#include "framework/results/run_directory.h"
#include "framework/runner/plan/plan.h"
#include "framework/runner/runner.h"

namespace graduand::cli {

// Providers by the cell that they are for; owns them, and their profiles. Thread-safe, and so are the providers of
// different cells.
class Providers {
 public:
  // The provider for a planned cell, made at first use. A resumed run's kind cells need no profile file any more.
  Result<cluster::Provider*> of(const runner::PlannedCell& cell);

 private:
  struct Entry {
    profile::Profile profile;
    std::unique_ptr<cluster::Provider> provider;
  };
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
};

// Everything that is settled before the first cluster is touched.
struct Prepared {
  results::Run run;
  runner::Plan plan;  // what is left to do
  std::vector<runner::LoadedSuite> suites;
  std::filesystem::path directory;
  std::size_t done_before = 0;  // attempts that a resumed run has already
};

// A new run from profiles × cells × cases × repeat. kUsage for what the user wrote wrong (gates against the built-in
// list included), kNothingSelected when no case or cell is left. kCancelled.
Result<Prepared> prepare_new(const Session& session, const RunArguments& arguments, const CancelToken& cancel);
// The rest of a run that was cut short, from its directory, as it was asked for then; the arguments may change how many
// run at once, what becomes of clusters, and the history. kUsage for other arguments, which would change the run, and
// for a conformance run, which is one invocation. kCancelled.
Result<Prepared> prepare_resume(const Session& session, const RunArguments& arguments, const CancelToken& cancel);
// Seconds, before anything is created: each cell's provider says whether it can be brought up here.
Status preflight(const Prepared& prepared, Providers& providers, const CancelToken& cancel);

}  // namespace graduand::cli
