// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "framework/cluster/journal/node_journal.h"
#include "framework/e2e/context.h"
#include "framework/e2e/internal/record_sink.h"

namespace graduand::e2e {

// The context of a real attempt.
class LiveContext final : public Context {
 public:
  // `disruptive`: the case may change the cluster.
  LiveContext(const results::AttemptContext& attempt, bool disruptive, RecordSink& sink, CancelToken cancel,
              const Clock& clock);

  // Makes the client, and the access to nodes where there is any; kUsage for a kubeconfig that does not work. Nothing
  // to do without one.
  Status open();
  // The same with nodes of the caller's.
  Status open(std::unique_ptr<cluster::NodeAccess> nodes);

  kube::Client& client() override;
  const std::string& ns() const override { return attempt_.ns; }
  const catalogue::CellFacts& facts() const override { return attempt_.facts; }
  const std::string& phase() const override { return attempt_.phase; }
  const std::vector<catalogue::TransitionRequest>& transitions() const override { return attempt_.transitions; }
  StepState& state() override { return state_; }
  Random& random() override { return random_; }
  const Clock& clock() const override { return clock_; }
  const CancelToken& cancel() const override { return cancel_; }
  void measure(const std::string& name, double value, const std::string& unit) override;
  void progress(const std::string& message) override;
  cluster::NodeAccess& nodes() override;
  const std::string& control_plane_node() const override;
  void change(const cluster::NodeChange& change) override;
  void flip_api_server_gates(const catalogue::GateMap& gates) override;

  // Puts back what the attempt changed on nodes, flipped gates too, and records that of gates as a transition. An error
  // when it did not come true: kInfrastructure, or kProduct when an API server does not come back from a flip.
  Status put_back();
  // The same as far as there is time, beside a stuck body, which can change nothing from then on: files are as before,
  // nothing is waited for, and the journal stays open for whoever has the cluster next. From any thread.
  void put_back_in_a_hurry();
  // Null without a cluster.
  kube::Client* client_or_null() { return client_.get(); }
  int measures() const { return measures_; }
  // Requests that the API server answered, of any kind.
  int requests() const { return requests_; }
  const results::AttemptContext& attempt() const { return attempt_; }

 private:
  void record(results::Transition transition, const std::string& phase_after);
  Result<std::unique_ptr<kube::Client>> short_client(milliseconds limit) const;
  // The journal of this attempt; throws where nothing may be changed.
  cluster::NodeJournal& journal();

  results::AttemptContext attempt_;
  RecordSink& sink_;
  CancelToken cancel_;
  const Clock& clock_;
  Random random_;
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<cluster::NodeAccess> nodes_;  // null without access to nodes; so are the next two
  std::unique_ptr<cluster::NodeComponents> components_;
  std::unique_ptr<cluster::NodeJournal> journal_;
  const bool disruptive_;
  std::atomic<bool> closed_{false};  // nothing can be changed any more
  mutable std::string control_plane_;
  StepState state_;
  std::string phase_;  // now
  bool flipped_ = false;
  int measures_ = 0;
  std::atomic<int> requests_{0};
};

}  // namespace graduand::e2e
