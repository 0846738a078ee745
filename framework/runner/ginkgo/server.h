// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/results/foreign/ginkgo_report.h"

namespace graduand::runner {

// Who deals out specs to Ginkgo's parallel processes and hears what became of them. Called on the server's threads,
// several at once; processes are counted from 1.
class GinkgoDealer {
 public:
  virtual ~GinkgoDealer() = default;
  // The index of the group of specs that this process is to run now; nothing when it is to run none any more. (Then
  // the first process is told so by an error, or it would go on with all serial specs of the binary; its suite fails
  // with kNoMoreSpecs as the reason.)
  virtual std::optional<int> next_group(int process) = 0;
  // A spec or suite node has ended.
  virtual void on_node(int process, results::GinkgoNode node) = 0;
  // The process waits for the others, before what it alone may do: serial specs, and the last part of AfterSuite.
  virtual void on_last_part(int process) = 0;
  // The process has nothing left to do; why the suite failed beside its nodes, if it did.
  virtual void on_suite_end(int process, std::vector<std::string> special_reasons) = 0;
  // Whether the process is there, or will be.
  virtual bool alive(int process) = 0;
};

// How the reason begins that the first process gives for having been dealt nothing more.
inline constexpr const char* kNoMoreSpecs = "Failed to iterate over specs";

// What the ginkgo command is to its parallel processes: the server of the HTTP protocol that a Ginkgo v2 binary speaks
// when it is started with the arguments and the environment below. (github.com/onsi/ginkgo, internal/parallel_support:
// synchronization of BeforeSuite and AfterSuite, the counter that deals out specs, and a report of each spec when it
// has ended.) Listens on the loopback interface, at a port of the system's choice and paths that cannot be guessed.
class GinkgoServer {
 public:
  // `dealer` must outlive it. kInfrastructure when no port is to be had.
  static Result<std::unique_ptr<GinkgoServer>> start(int processes, GinkgoDealer& dealer);
  // Ends all connections and waits for the threads.
  virtual ~GinkgoServer() = default;
  // The arguments that make a binary the process number `process` of this server's.
  virtual std::vector<std::string> arguments(int process) const = 0;
  // {name, value} of the environment variable that makes it speak HTTP.
  static std::pair<std::string, std::string> environment() { return {"GINKGO_PARALLEL_PROTOCOL", "HTTP"}; }
};

}  // namespace graduand::runner
