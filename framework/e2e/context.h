// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/base/cancel.h"
#include "framework/base/random.h"
#include "framework/catalogue/cell.h"
#include "framework/cluster/journal/node_change.h"
#include "framework/cluster/node_access.h"
#include "framework/e2e/internal/step_state.h"
#include "framework/kube/client.h"
#include "framework/kube/wait.h"
#include "framework/results/protocol.h"

namespace graduand::e2e {

// One attempt, as its body sees it. Owned by the suite's main. Not thread-safe, but for client().
class Context {
 public:
  virtual ~Context() = default;
  virtual kube::Client& client() = 0;         // fails the test (exception to gtest) when there is no cluster
  virtual const std::string& ns() const = 0;  // exists already; deleted afterwards with all it holds
  virtual const catalogue::CellFacts& facts() const = 0;  // of the phase in which the attempt started
  virtual const std::string& phase() const = 0;           // that one: "initial", or as the profile names it
  // What the attempt's cell goes through, in order; empty in most cells.
  virtual const std::vector<catalogue::TransitionRequest>& transitions() const = 0;
  virtual StepState& state() = 0;  // of a step of a phased case
  virtual Random& random() = 0;    // seeded with the attempt's seed
  virtual const Clock& clock() const = 0;
  virtual const CancelToken& cancel() const = 0;  // SIGTERM from the runner
  // Keeps a measured value in the attempt's record.
  virtual void measure(const std::string& name, double value, const std::string& unit) = 0;
  // A line for whoever watches, and in the attempt's stdout.
  virtual void progress(const std::string& message) = 0;
  // Changes a node until the attempt's end, when it is put back as it was, and what reads the file is waited for: also
  // after the death of this process, by whoever has the cluster next. Returns when the change is made and its unit was
  // restarted; what becomes of the component is the case's to wait for. The case must be `disruptive`, and fails
  // fatally otherwise, or when the change cannot be made; without access to nodes it is skipped. Whoever changes a node
  // by nodes() instead has to put it back in every case.
  virtual void change(const cluster::NodeChange& change) = 0;
  // Commands on nodes; the case must need "node access".
  virtual cluster::NodeAccess& nodes() = 0;
  virtual const std::string& control_plane_node() const = 0;
  // Sets API-server gates until the attempt's end, when they are put back; records the transition. The test fails
  // fatally (it throws, and the body ends) when the flip does not come true, or the case is not `disruptive`.
  virtual void flip_api_server_gates(const catalogue::GateMap& gates) = 0;
};

}  // namespace graduand::e2e
