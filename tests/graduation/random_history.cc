// SPDX-License-Identifier: Apache-2.0
#include "tests/graduation/random_history.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>

namespace graduand::graduation::test {
namespace {

using results::Outcome;

void change_something(World& world) {
  auto& evidence = world.input.evidence;
  const std::string run = evidence.runs[any_of(evidence.runs.size())].id;
  switch (any_of(8)) {
    case 0:
      if (evidence.runs.size() > 2) drop_run(world, run);
      break;
    case 1:
      run_of(world, run).trigger = static_cast<results::Trigger>(any_of(4));
      break;
    case 2:
      shift_run(world, run, -std::chrono::hours(*rc::gen::inRange(0, 24 * 40)));
      break;
    case 3:
      run_of(world, run).finished.reset();
      drop_attempts(world, [&](const auto& one) { return one.run_id == run; });
      break;
    case 4:
      evidence.instances[any_of(evidence.instances.size())].facts = {};
      break;
    case 5:
      if (!evidence.facts.empty())
        evidence.facts.erase(evidence.facts.begin() + static_cast<long>(any_of(evidence.facts.size())));
      break;
    default:
      if (!evidence.attempts.empty())
        evidence.attempts[any_of(evidence.attempts.size())].outcome = static_cast<Outcome>(any_of(7));
  }
}

template <class T>
void shuffle(std::vector<T>& records) {
  for (std::size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[any_of(i)]);
}

}  // namespace

std::size_t any_of(std::size_t count) {
  return *rc::gen::inRange<std::size_t>(0, count);
}

World random_world() {
  World world;
  world.add_perfect(16);
  for (std::size_t n = any_of(7); n > 0; --n) change_something(world);
  return world;
}

void rename_and_shuffle(World& world) {
  auto& evidence = world.input.evidence;
  const std::size_t salt = any_of(1000);
  // Bijective, and in another order than before.
  const auto renamed = [&](const std::string& id) {
    return id.empty() ? id : fmt::format("{:03}-{}", (std::hash<std::string>{}(id) ^ salt) % 1000, id);
  };
  const auto in_cell = [&](catalogue::CellDescription& cell) {
    cell.profile = renamed(cell.profile);
    cell.name = renamed(cell.name);
  };
  for (auto& one : evidence.runs) one.id = renamed(one.id);
  for (auto& one : evidence.plans) {
    one.run_id = renamed(one.run_id);
    for (auto& cell : one.cells) in_cell(cell.cell);
  }
  for (auto& one : evidence.instances) {
    one.id = renamed(one.id);
    one.run_id = renamed(one.run_id);
    in_cell(one.cell);
  }
  const auto ids = [&](auto& one) {
    one.id = renamed(one.id);
    one.run_id = renamed(one.run_id);
    one.instance_id = renamed(one.instance_id);
  };
  for (auto& one : evidence.attempts) {
    ids(one);
    one.cell = renamed(one.cell);
  }
  for (auto& one : evidence.transitions) {
    ids(one);
    one.attempt_id = renamed(one.attempt_id);
  }
  for (auto& one : evidence.facts) ids(one);
  shuffle(evidence.runs);
  shuffle(evidence.plans);
  shuffle(evidence.instances);
  shuffle(evidence.attempts);
  shuffle(evidence.transitions);
  shuffle(evidence.facts);
}

std::vector<std::string> verdicts(const Judgement& judgement, bool with_counts) {
  std::vector<std::string> all = {to_string(judgement.overall)};
  for (const RuleResult& rule : judgement.rules) {
    std::string text = rule.id + ": " + to_string(rule.verdict);
    if (with_counts)
      for (const Count& count : rule.counts) text += fmt::format("; {}: {} of {}", count.what, count.k, count.n);
    all.push_back(std::move(text));
  }
  return all;
}

int rank(Verdict verdict) {
  return verdict == Verdict::kFail ? 0 : verdict == Verdict::kNoEvidence ? 1 : 2;
}

}  // namespace graduand::graduation::test
