// SPDX-License-Identifier: Apache-2.0
#include "tests/graduation/adversary.h"

#include <algorithm>
#include <stdexcept>

namespace graduand::graduation::test {
namespace {

template <class T>
void drop_of(std::vector<T>& records, const std::string& run) {
  std::erase_if(records, [&](const T& one) { return one.run_id == run; });
}

std::string renamed(const std::string& text, const std::string& from, const std::string& to) {
  return text.starts_with(from) ? to + text.substr(from.size()) : text;
}

}  // namespace

std::vector<Operator> operators() {
  std::vector<Operator> all;
  for (auto part :
       {schedule_operators(), cluster_operators(), change_operators(), outcome_operators(), harmless_operators()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::string open_text(const Judgement& judgement) {
  std::string text = to_string(judgement.overall);
  const char* before = ": ";
  for (const auto& [rule, verdict] : open_rules(judgement)) {
    text += before + rule + (verdict == "fail" ? "!" : verdict == "waived" ? " (waived)" : "");
    before = ", ";
  }
  return text;
}

std::string day_run(int day) {
  return "run" + std::string(day < 10 ? "0" : "") + std::to_string(day);
}

results::Run& run_of(World& world, const std::string& id) {
  for (results::Run& run : world.input.evidence.runs)
    if (run.id == id) return run;
  throw std::logic_error("no run " + id);
}

results::Attempt& attempt_of(World& world, const std::string& run, const std::string& cell,
                             const std::string& case_id) {
  for (results::Attempt* one : of_run(world.input.evidence.attempts, run))
    if (one->cell == cell && one->case_id == case_id) return *one;
  throw std::logic_error("no attempt of " + case_id + " in " + run);
}

void drop_run(World& world, const std::string& id) {
  auto& evidence = world.input.evidence;
  std::erase_if(evidence.runs, [&](const auto& run) { return run.id == id; });
  drop_of(evidence.plans, id);
  drop_of(evidence.instances, id);
  drop_of(evidence.attempts, id);
  drop_of(evidence.transitions, id);
  drop_of(evidence.facts, id);
}

void drop_attempts(World& world, const std::function<bool(const results::Attempt&)>& which) {
  std::erase_if(world.input.evidence.attempts, which);
}

void shift_run(World& world, const std::string& id, Timestamp::duration by) {
  auto& evidence = world.input.evidence;
  results::Run& run = run_of(world, id);
  run.started += by;
  if (run.finished) *run.finished += by;
  for (auto* one : of_run(evidence.instances, id)) one->created += by;
  for (auto* one : of_run(evidence.attempts, id)) one->started += by;
  for (auto* one : of_run(evidence.transitions, id)) one->started += by;
  for (auto* one : of_run(evidence.facts, id)) one->measured += by;
}

void shift_all(World& world, Timestamp::duration by) {
  for (const results::Run& run : world.input.evidence.runs) shift_run(world, run.id, by);
}

void copy_run(World& world, const std::string& from, const std::string& to) {
  auto& evidence = world.input.evidence;
  results::Run run = run_of(world, from);
  run.id = to;
  evidence.runs.push_back(run);
  const auto copy = [&](auto& records, auto&& edit) {
    auto all = records;
    for (auto one : all) {
      if (one.run_id != from) continue;
      one.run_id = to;
      edit(one);
      records.push_back(one);
    }
  };
  const auto own_ids = [&](auto& one) {
    one.id = renamed(one.id, from, to);
    one.instance_id = renamed(one.instance_id, from, to);
  };
  copy(evidence.plans, [](auto&) {});
  copy(evidence.instances, [&](auto& one) { one.id = renamed(one.id, from, to); });
  copy(evidence.attempts, own_ids);
  copy(evidence.transitions, own_ids);
  copy(evidence.facts, own_ids);
}

void each_facts(World& world, const std::string& cell, const std::function<void(catalogue::CellFacts&)>& edit) {
  for (results::ClusterInstance& instance : world.input.evidence.instances)
    if (instance.cell.display_name() == cell) edit(instance.facts);
}

void each_phase_facts(World& world, const std::string& run,
                      const std::function<void(const std::string& phase, catalogue::CellFacts&)>& edit) {
  for (results::Fact* fact : of_run(world.input.evidence.facts, run)) {
    auto read = results::phase_facts(*fact);
    if (!read) continue;
    edit(read->phase, read->facts);
    fact->value = json::object{{"phase", read->phase}, {"facts", read->facts.to_json()}};
  }
}

Waiver waiver(const World& world, const std::string& rule, const std::string& run) {
  Waiver one;
  one.feature = world.input.feature;
  one.rule = rule;
  one.run = run;
  one.stage = world.input.stage;
  one.release = world.input.release;
  one.reason = "we know better";
  one.author = "somebody@example.org";
  one.expires = world.input.as_of + std::chrono::hours(24);
  one.where = "policy.yaml:1:1";
  return one;
}

}  // namespace graduand::graduation::test
