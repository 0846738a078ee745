// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/processes/child_pool.h"
#include "framework/results/protocol.h"

namespace graduand::runner {

// Children without processes: each says what its script says and ends when it is over, on a clock that jumps there.
class ScriptedPool final : public ChildPool {
 public:
  struct Script {
    milliseconds takes{1000};
    std::vector<results::Message> says{results::Terminal{results::Outcome::kPassed, {}}};
    ProcessResult result{.exit_code = 0};
  };
  // What the child of this attempt does.
  using ScriptOf = std::function<Script(const std::string& attempt_id)>;
  ScriptedPool(FakeClock& clock, ScriptOf script_of) : clock_(clock), script_of_(std::move(script_of)) {}

  Result<Id> start(ProcessSpec spec) override {
    const std::string id = spec.environment.at("GRADUAND_ATTEMPT_ID");
    log.push_back("start " + id);
    Script script = script_of_(id);
    const SteadyTime ends = clock_.steady_now() + script.takes;
    children_.emplace(next_id_, Child{id, std::move(spec), std::move(script), ends});
    most_running = std::max(most_running, children_.size());
    return next_id_++;
  }
  std::optional<Finished> wait_next(milliseconds, const CancelToken& cancel, int) override {
    if (children_.empty() || cancel.cancelled()) return std::nullopt;
    auto first = children_.begin();
    for (auto it = children_.begin(); it != children_.end(); ++it)
      if (it->second.ends < first->second.ends) first = it;
    Child child = std::move(first->second);
    const Id id = first->first;
    children_.erase(first);
    if (child.ends > clock_.steady_now())
      clock_.advance(std::chrono::ceil<milliseconds>(child.ends - clock_.steady_now()));
    if (!child.script.result.cancelled)
      for (const auto& message : child.script.says)
        child.spec.on_record_line(json::serialize(results::to_json(message)));
    log.push_back("end " + child.attempt);
    return Finished{id, child.script.result};
  }
  void terminate_all() override {
    for (auto& [id, child] : children_) child.script.result.cancelled = true;
  }
  void terminate(Id id, bool timed_out) override {
    auto& result = children_.at(id).script.result;
    (timed_out ? result.timed_out : result.cancelled) = true;
  }
  std::size_t running() const override { return children_.size(); }

  std::vector<std::string> log;  // "start <attempt id>" and "end <attempt id>", in order
  std::size_t most_running = 0;

 private:
  struct Child {
    std::string attempt;
    ProcessSpec spec;
    Script script;
    SteadyTime ends;
  };
  FakeClock& clock_;
  ScriptOf script_of_;
  std::map<Id, Child> children_;
  Id next_id_ = 1;
};

}  // namespace graduand::runner
