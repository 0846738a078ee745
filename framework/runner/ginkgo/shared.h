// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <vector>

#include "framework/base/processes/child_pool.h"
#include "framework/runner/cells/attempt_recorder.h"

namespace graduand::runner {

// One execution of specs of one Ginkgo binary in processes that they share.
struct SharedRound {
  struct Group {
    int index = 0;  // as Ginkgo's parallel processes are dealt it
    std::vector<const PlannedAttempt*> attempts;
  };
  const LoadedSuite* suite = nullptr;
  std::deque<Group> groups;
};

// Takes what may share processes from the queue: the driver's specs that are not serial, of groups that are wanted
// whole. One round for each repeat, so that no spec is in a round twice. The order of the queue is kept.
std::vector<SharedRound> take_shared_rounds(std::deque<const PlannedAttempt*>& queue, const AttemptRecorder& book,
                                            const SuiteDriver& driver);

// Runs a round in `procs` of Ginkgo's parallel processes, each of which is dealt one group after the other. A spec is
// recorded when it has ended. A process that dies costs the spec that it was at (crashed; timed-out when the spec had
// overrun its limit), and is replaced. When no process gets through BeforeSuite, what is left is infra-error from
// outside the product. Whether AfterSuite failed is told by a notice only: the specs had ended before. When cancelled,
// attempts under way get no record.
class GinkgoShared {
 public:
  GinkgoShared(const PlannedCell& cell, RunScope& scope, AttemptRecorder& book, const CellCluster& cluster);
  // An error only when the run directory cannot be written. `number` tells rounds of a cell apart.
  Status run(SharedRound round, int procs, int number);

 private:
  const PlannedCell& cell_;
  RunScope& scope_;
  AttemptRecorder& book_;
  const CellCluster& cluster_;
};

}  // namespace graduand::runner
