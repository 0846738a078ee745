// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "framework/base/processes/child_pool.h"
#include "framework/runner/recorder.h"

namespace graduand::runner {

// What all cells of a run share. Everything in it may be used from several threads at once.
struct RunScope {
  const std::string& run_id;
  const std::vector<LoadedSuite>& suites;
  const ProviderFor& provider_for;
  const RunOptions& options;
  Recorder& recorder;
  const Clock& clock;
  const CancelToken& cancel;
  // A pool for the children of whoever asks, to be used on its thread. They are served whatever that thread is at.
  const std::function<std::unique_ptr<ChildPool>()>& make_pool;
};

}  // namespace graduand::runner
