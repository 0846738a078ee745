// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/catalogue/kube_version.h"

namespace graduand::cluster {

struct Check {
  enum class State { kOk, kWarning, kFailed };
  std::string name;  // "docker", "kind", "cgroups", ...
  State state = State::kOk;
  std::string found;  // what is there
  std::string fix;    // the command or setting that mends it; empty when ok
};

// Host paths, so that tests can use their own.
struct DoctorPaths {
  std::string proc = "/proc";
  std::string sys = "/sys";
};

// Docker reachable, kind, cgroup version, capabilities (CAP_SYS_RESOURCE in containers), snapshotter, inotify limits,
// free disk at Docker's root, a node image for each of `versions`. Every failed check carries its fix. Never throws,
// never takes more than 30 s.
std::vector<Check> run_doctor(ProcessRunner& processes, const std::vector<catalogue::KubeVersion>& versions,
                              const DoctorPaths& paths = {});

}  // namespace graduand::cluster
