// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/network_joiner.h"

#include <gtest/gtest.h>
#include <time.h>

#include "framework/base/files.h"
#include "tests/cluster/scripted_nodes.h"

namespace graduand::cluster {
namespace {

double cpu_seconds_of_this_thread() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// A child that is told to end, and takes its time.
class SlowToEnd final : public ProcessRunner {
 public:
  Result<ProcessResult> run(const ProcessSpec&, const CancelToken& cancel) override {
    ProcessResult result;
    result.cancelled = cancel.wait_for(seconds(20));
    (void)CancelToken().wait_for(milliseconds(800));
    return result;
  }
};

TEST(NetworkJoiner, WaitsForItsThreadWithoutSpinningOnceItIsCancelled) {
  SlowToEnd processes;
  testing_support::ScriptedNodes nodes;
  const TempDir dir = TempDir::create("joiner").value();
  NetworkJoiner joiner(processes, nodes, "gr-1", dir.path(), 1);
  joiner.start();
  CancelSource cancel;
  cancel.cancel();
  const double before = cpu_seconds_of_this_thread();
  const Status joined = joiner.finish(cancel.token());
  EXPECT_LT(cpu_seconds_of_this_thread() - before, 0.1);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace graduand::cluster
