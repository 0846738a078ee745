// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "framework/catalogue/provider_capabilities.h"
#include "framework/cluster/provider.h"
#include "framework/runner/recorder.h"

namespace graduand::runner {

// In an instance's folder while a transition of the cell's list is under way: when it is there afterwards, the phase is
// not known.
inline constexpr const char* kUnderWay = "transition-under-way";

// The cluster of one cell: brought up, asked how it is, and put away. Its records are written here.
class CellCluster {
 public:
  CellCluster(const std::string& run_id, const PlannedCell& cell, const RunOptions& options, Recorder& recorder,
              const Clock& clock, const CancelToken& cancel);
  enum class Came {
    kUp,
    kNotUp,      // why_not() says why
    kCrowded,    // not up, perhaps only because of others on this host: nothing was recorded
    kCancelled,  // nothing was recorded
  };
  // Creates it and writes the instance's record, or goes on with the one that an earlier execution left (see run_plan).
  // An error only when the record cannot be written.
  Result<Came> bring_up(const ProviderFor& provider_for, bool alone);
  const std::string& why_not() const { return why_not_; }

  const results::ClusterInstance& instance() const { return instance_; }
  cluster::Cluster* cluster() const { return cluster_.get(); }
  // In which phase it was taken over from an earlier execution; nothing when it was created.
  const std::optional<std::size_t>& taken_over_in() const { return taken_over_in_; }
  // What holds in the present phase.
  const catalogue::CellFacts& facts() const { return facts_ ? *facts_ : instance_.facts; }
  // clusters/<cell> in the run directory, absolute; clusters/<cell>.<n> for later instances.
  std::filesystem::path folder() const;
  bool simulated() const { return catalogue::capabilities_of(instance_.provider).simulated; }

  // Cluster::apply(), and its facts. `say` is told the steps.
  results::Transition apply(const catalogue::TransitionRequest& request,
                            const std::function<void(const std::string&)>& say);
  // Fills in what the process of an attempt cannot know, and writes the record. Also from the thread that serves the
  // children.
  Status record_transition(results::Transition transition, const std::string& attempt_id);
  // Cluster::restore() after a disruptive attempt; when it fails, a failed transition, and the reason. An error only
  // when the record cannot be written.
  Result<std::optional<std::string>> restore(const std::string& attempt_id);
  // Exports logs if there was trouble, and deletes the cluster or keeps it as the options say. Whether it was kept.
  bool put_away(bool trouble, bool interrupted);

 private:
  void take_over(cluster::Provider& provider);
  // Why an instance that was left, and now is open, cannot be gone on with.
  std::optional<std::string> unfit();
  results::ClusterInstance unborn(const Error& error) const;
  // What the try beside others left is kept under another name, out of the way of the next one.
  void set_aside();
  const std::string& run_id_;
  const PlannedCell& cell_;
  const RunOptions& options_;
  Recorder& recorder_;
  const Clock& clock_;
  const CancelToken& cancel_;
  std::unique_ptr<cluster::Cluster> cluster_;
  results::ClusterInstance instance_;
  std::string why_not_;
  int number_;
  std::mutex transitions_mutex_;  // of the next one
  int transitions_ = 0;
  std::optional<std::size_t> taken_over_in_;
  std::optional<catalogue::CellFacts> facts_;
};

}  // namespace graduand::runner
