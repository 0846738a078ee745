// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/groups.h"

#include <atomic>
#include <map>
#include <mutex>
#include <tuple>

#include "framework/base/files.h"
#include "framework/runner/ginkgo/server.h"

namespace graduand::runner {
namespace {

constexpr milliseconds kLimit = std::chrono::minutes(2);
using Place = std::tuple<std::string, std::string, int>;  // name, file, line

// Deals one group after the other, and notes which specs come back in between.
class Learner final : public GinkgoDealer {
 public:
  explicit Learner(const std::vector<catalogue::GinkgoSpec>& specs) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const auto [at, fresh] =
          by_place_.emplace(Place{specs[i].name, specs[i].file, specs[i].line}, static_cast<int>(i));
      if (!fresh) at->second = -1;
    }
  }

  std::optional<int> next_group(int /*process*/) override {
    const std::lock_guard lock(mutex_);
    groups_.emplace_back();
    return static_cast<int>(groups_.size()) - 1;
  }
  void on_node(int /*process*/, results::GinkgoNode node) override {
    const std::lock_guard lock(mutex_);
    if (!node.is_spec() || groups_.empty() || last_part_) return;
    if (node.state != "skipped" && node.state != "pending") ran_ = true;
    const auto found = by_place_.find({node.name, node.file, node.line});
    groups_.back().push_back(found == by_place_.end() ? -1 : found->second);
  }
  void on_last_part(int /*process*/) override {
    const std::lock_guard lock(mutex_);
    last_part_ = true;
  }
  void on_suite_end(int /*process*/, std::vector<std::string> /*reasons*/) override {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  bool alive(int process) override { return process == 1; }

  std::vector<std::vector<int>> take() {
    const std::lock_guard lock(mutex_);
    if (!ended_ || ran_) return {};
    // The last index dealt was the one beyond the last group.
    if (!groups_.empty() && groups_.back().empty()) groups_.pop_back();
    for (auto& group : groups_)
      for (const int spec : group)
        if (spec < 0) {
          group.clear();
          break;
        }
    return std::move(groups_);
  }

 private:
  std::mutex mutex_;
  std::map<Place, int> by_place_;  // -1: several specs are there
  std::vector<std::vector<int>> groups_;
  bool last_part_ = false;
  bool ended_ = false;
  bool ran_ = false;
};

}  // namespace

std::vector<std::vector<int>> find_ginkgo_groups(const fs::path& binary, const std::vector<std::string>& flags,
                                                 const std::vector<catalogue::GinkgoSpec>& specs,
                                                 ProcessRunner& processes, const CancelToken& cancel) {
  const auto folder = TempDir::create("ginkgo");
  if (!folder) return {};
  Learner learner(specs);
  {
    const auto server = GinkgoServer::start(1, learner);
    if (!server) return {};
    ProcessSpec spec;
    spec.argv = {binary.string(), kGinkgoSeed, "--ginkgo.focus=^$", "--ginkgo.no-color"};
    for (const std::string& argument : (*server)->arguments(1)) spec.argv.push_back(argument);
    spec.argv.insert(spec.argv.end(), flags.begin(), flags.end());
    spec.environment = {{"TZ", "UTC"}, GinkgoServer::environment()};
    spec.working_directory = folder->path();
    spec.time_limit = kLimit;
    spec.output_limit = 64u << 10;
    if (!processes.run(spec, cancel)) return {};
  }
  return learner.take();
}

}  // namespace graduand::runner
