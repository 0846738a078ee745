// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "framework/cluster/provider.h"
#include "framework/cluster/transitions/cluster_parts.h"

namespace graduand::cluster {

// Where the time of a transition goes, beside our own code: the names of its measures.
inline constexpr const char* kTimeInKubeadm = "kubeadm";    // waiting for kubeadm to end
inline constexpr const char* kTimeInImages = "images";      // copying container images and programs into nodes
inline constexpr const char* kTimeInSnapshot = "snapshot";  // while etcdctl saves etcd's data and Docker copies them
inline constexpr const char* kTimeInWaiting = "waiting";    // for the cluster to show that it is as it should be

// What each kind of transition works with, from looking at the nodes to the record. Not thread-safe,
// but nodes() is.
class TransitionWork {
 public:
  // All must outlive it.
  TransitionWork(const ClusterParts& parts, const catalogue::TransitionRequest& request,
                 const TransitionOptions& options, const CancelToken& cancel);

  // The client, and the nodes. A node that the request names, by its full name or as profiles do ("worker2"), is there:
  // kUsage otherwise.
  Status begin();

  const ClusterParts& parts() const { return parts_; }
  NodeAccess& nodes() const { return parts_.node_access(); }
  kube::Client& client() const { return *client_; }
  const catalogue::TransitionRequest& request() const { return request_; }  // its node as a full name
  const TransitionOptions& options() const { return options_; }
  const Clock& clock() const { return parts_.clock(); }
  const CancelToken& cancel() const { return cancel_; }
  // From now on nothing is cancelled: what was changed is put back, and half-way is worse than either end.
  void begin_going_back() {
    cancel_ = {};
    going_back_ = true;
  }
  // Whether it came to that: then the cluster was changed, whatever is wrong.
  bool going_back() const { return going_back_; }

  const std::vector<NodePart>& all_nodes() const { return all_nodes_; }  // control planes first
  std::vector<std::string> node_names() const;
  std::vector<std::string> control_planes() const;
  // Those that the request is about: all, or the one that it names.
  std::vector<std::string> chosen_nodes() const;
  // Those of them that have an instance of the component.
  std::vector<std::string> chosen_nodes_with(const std::string& component) const;

  // Why nothing can be put back: a node that does not run any more; empty when all do.
  std::string node_lost() const;

  void progress(const std::string& step) const;
  // What the record of a transition that passed has to say.
  void note(std::string message) { message_ = std::move(message); }
  const std::string& message() const { return message_; }
  // Runs `what`, and books its time. Not to be nested.
  template <class Function>
  auto timed(const char* share, Function&& what) {
    const Booking booking(*this, share);
    return what();
  }
  // The shares as booked, and "own": what remains of `took`. In seconds; empty when nothing was booked.
  std::vector<results::Measure> measures(milliseconds took) const;

  // A command on a node that has to succeed; kInfrastructure naming it otherwise.
  Status on_node(const std::string& node, const std::vector<std::string>& argv, milliseconds limit = seconds(60)) const;
  // On all of them at the same time; the first error of those that went wrong.
  static Status each(const std::vector<std::string>& nodes, const std::function<Status(const std::string&)>& what);
  // An error for what did not come to hold: kCancelled when that is why, kProduct otherwise.
  Status not_so(const std::string& message) const;

 private:
  class Booking {
   public:
    Booking(TransitionWork& work, const char* share) : work_(work), share_(share), began_(work.clock().steady_now()) {}
    ~Booking() { work_.shares_[share_] += work_.clock().steady_now() - began_; }
    Booking(const Booking&) = delete;
    Booking& operator=(const Booking&) = delete;

   private:
    TransitionWork& work_;
    const char* share_;
    const SteadyTime began_;
  };

  const ClusterParts& parts_;
  catalogue::TransitionRequest request_;
  const TransitionOptions& options_;
  CancelToken cancel_;
  bool going_back_ = false;
  std::unique_ptr<kube::Client> client_;
  std::vector<NodePart> all_nodes_;
  std::map<std::string, SteadyTime::duration> shares_;
  std::string message_;
};

}  // namespace graduand::cluster
