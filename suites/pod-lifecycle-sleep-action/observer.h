// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/e2e/pods.h"

namespace graduand::sleep_action {

// What was seen of one pod, by our clock.
struct Sighting {
  json::value object;              // as last seen
  std::optional<Timestamp> ready;  // first time with Ready=True
  std::optional<Timestamp> ended;  // first time with all containers terminated
  std::optional<Timestamp> gone;   // the object vanished
};

// Watches all pods of the attempt's namespace with one stream, so that times of several pods can be compared.
class PodObserver {
 public:
  explicit PodObserver(e2e::Context& ctx);

  // Creates the pods and waits until each is Ready and its running containers have set their traps.
  void start(const std::vector<e2e::PodSpec>& pods, milliseconds limit = seconds(90));
  // Deletes a pod; returns when that was asked, by our clock (midway between sending and answer).
  Timestamp remove(const std::string& pod, std::optional<int> grace_s = {});
  // Reads events until `done`; CaseError naming what was waited for and the states last seen when `limit` passes.
  void until(const std::string& what, const std::function<bool()>& done, milliseconds limit);
  void until_ended(const std::vector<std::string>& pods, milliseconds limit);

  const Sighting& operator[](const std::string& pod) const { return sightings_.at(pod); }

 private:
  void note(const kube::WatchEvent& event);
  void wait_until_armed(const std::string& pod, const std::string& container);
  std::string describe() const;

  e2e::Context& ctx_;
  std::unique_ptr<kube::Watch> watch_;
  std::map<std::string, Sighting> sightings_;
};

// Seconds from one to the other.
double seconds_between(Timestamp from, Timestamp to);

}  // namespace graduand::sleep_action
