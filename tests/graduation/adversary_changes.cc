// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/graduation/adversary.h"

namespace graduand::graduation::test {
namespace {

using catalogue::CellFacts;
using results::Outcome;

void without_run(World& world, const std::string& id) {
  drop_run(world, id);
}

void drop_in_phases(World& world, const std::string& run, const std::vector<std::string>& phases) {
  drop_attempts(world, [&](const auto& one) {
    return one.run_id == run && std::find(phases.begin(), phases.end(), one.first_phase) != phases.end();
  });
}

// The last phase is called like the first, and nothing ran in it.
void last_phase_called_like_the_first(World& world) {
  drop_in_phases(world, "cycle", {"on-again"});
  for (auto* one : of_run(world.input.evidence.transitions, "cycle"))
    if (one->phase_after == "on-again") one->phase_after = one->request.phase = "initial";
  for (auto* fact : of_run(world.input.evidence.facts, "cycle"))
    if (auto read = results::phase_facts(*fact); read && read->phase == "on-again")
      fact->value = json::object{{"phase", "initial"}, {"facts", read->facts.to_json()}};
  attempt_of(world, "cycle", "gate-cycle/sleep", "cycle/stored/create").phased_case = "cycle/stored";
}

}  // namespace

std::vector<Operator> change_operators() {
  const auto cycle_facts = [](auto edit) {
    return [=](World& world, Policy&) { each_phase_facts(world, "cycle", edit); };
  };
  return {
      {"no-toggle", "the gate was never switched on a running cluster",
       [](World& world, Policy&) { without_run(world, "cycle"); }, "no-evidence: toggled-while-running"},
      {"no-upgrade", "no cluster was upgraded", [](World& world, Policy&) { without_run(world, "upgrade"); },
       "no-evidence: upgrade-downgrade-upgrade"},
      {"no-skew", "no kubelet was older", [](World& world, Policy&) { without_run(world, "skew"); },
       "no-evidence: version-skew"},
      {"toggle-facts-removed", "nothing was read back after the gate was switched",
       [](World& world, Policy&) {
         std::erase_if(world.input.evidence.facts, [](auto& one) { return one.run_id == "cycle"; });
       },
       "no-evidence: toggled-while-running"},
      {"upgrade-facts-removed", "nothing was read back after the upgrades",
       [](World& world, Policy&) {
         std::erase_if(world.input.evidence.facts, [](auto& one) { return one.run_id == "upgrade"; });
       },
       "no-evidence: upgrade-downgrade-upgrade"},
      {"flipped-at-the-api-server-only", "the kubelet kept the gate on",
       cycle_facts([](auto&, CellFacts& facts) { facts.effective_gates[catalogue::kKubelet][kGate] = true; }),
       "no-evidence: toggled-while-running"},
      {"flipped-without-a-kubelet", "the kubelet is said to be absent by design",
       cycle_facts([](auto&, CellFacts& facts) {
         facts.effective_gates.erase(catalogue::kKubelet);
         facts.absent_components = {catalogue::kKubelet};
       }),
       "no-evidence: toggled-while-running"},
      {"never-flipped", "the request said off, and the gate stayed on", cycle_facts([](auto&, CellFacts& facts) {
         for (auto& [component, gates] : facts.effective_gates) gates[kGate] = true;
       }),
       "no-evidence: toggled-while-running"},
      {"flipped-back-unread", "after the gate was on again, the kubelet could not be read",
       cycle_facts([](const std::string& phase, CellFacts& facts) {
         if (phase != "on-again") return;
         facts.effective_gates.erase(catalogue::kKubelet);
         facts.unverified_components = {catalogue::kKubelet};
       }),
       "no-evidence: toggled-while-running"},
      {"never-on-again", "the gate was switched off, and not on again",
       [](World& world, Policy&) {
         drop_in_phases(world, "cycle", {"on-again"});
         std::erase_if(world.input.evidence.transitions, [](auto& one) { return one.phase_after == "on-again"; });
       },
       "no-evidence: toggled-while-running"},
      {"flips-on-separate-clusters", "one cluster was switched off, another on",
       [](World& world, Policy&) {
         without_run(world, "cycle");
         for (const bool on : {true, false}) {
           const std::string id = on ? "first" : "second";
           world.add_run(id, world.input.as_of - std::chrono::hours(50), results::Trigger::kPeriodic, "ci-flip");
           const catalogue::TransitionRequest flip{.phase = "flipped", .gates = {{kGate, !on}}};
           world.add_instance("flip/" + id, world.older(), on, {flip});
           world.add_attempt("cycle/stored/create", Outcome::kPassed, "cycle/stored");
           world.add_transition(flip, World::facts(world.older(), !on));
           world.add_attempt("cycle/stored/stays", Outcome::kPassed, "cycle/stored");
         }
       },
       "no-evidence: toggled-while-running"},
      {"no-objects-before", "no case made objects before the switch",
       [](World& world, Policy&) { drop_in_phases(world, "cycle", {"initial"}); },
       "no-evidence: toggled-while-running"},
      {"other-objects-after", "after the switches other phased cases ran than before",
       [](World& world, Policy&) {
         for (auto* one : of_run(world.input.evidence.attempts, "cycle"))
           if (one->first_phase != "initial") one->phased_case = "cycle/other";
       },
       "no-evidence: toggled-while-running"},
      {"nothing-after-the-flip", "no attempt after the gate was switched off",
       [](World& world, Policy&) { drop_in_phases(world, "cycle", {"off"}); }, "no-evidence: toggled-while-running"},
      {"nothing-after-on-again", "no attempt after the gate was switched on again",
       [](World& world, Policy&) { drop_in_phases(world, "cycle", {"on-again"}); },
       "no-evidence: toggled-while-running"},
      {"phase-named-twice", "the last phase has the name of the first, and nothing ran in it",
       [](World& world, Policy&) { last_phase_called_like_the_first(world); }, "no-evidence: toggled-while-running"},
      {"attempts-before-the-flip", "attempts name the phase after the switch, and ran before it",
       [](World& world, Policy&) {
         for (auto* one : of_run(world.input.evidence.attempts, "cycle"))
           one->started = run_of(world, "cycle").started + std::chrono::seconds(2);
         for (auto* one : of_run(world.input.evidence.transitions, "cycle")) one->started += std::chrono::minutes(5);
       },
       "no-evidence: toggled-while-running"},
      {"toggled-at-another-version", "the gate was switched on a cluster of a version that nobody requires",
       [](World& world, Policy&) {
         const auto old = [](CellFacts& facts) {
           facts.api_server_version.minor = 31;
           facts.kubelet_versions[0].minor = 31;
         };
         each_facts(world, "gate-cycle/sleep", old);
         each_phase_facts(world, "cycle", [&](auto&, CellFacts& facts) { old(facts); });
       },
       "no-evidence: toggled-while-running"},
      {"toggled-on-a-pre-release", "the gate was switched on a release candidate",
       [](World& world, Policy&) {
         const auto candidate = [](CellFacts& facts) { facts.api_server_version.prerelease = "rc.0"; };
         each_facts(world, "gate-cycle/sleep", candidate);
         each_phase_facts(world, "cycle", [&](auto&, CellFacts& facts) { candidate(facts); });
       },
       "no-evidence: toggled-while-running"},
      {"toggle-before-the-window", "the gate was switched 40 days ago",
       [](World& world, Policy&) { shift_run(world, "cycle", -std::chrono::hours(40 * 24)); },
       "no-evidence: toggled-while-running"},
      {"upgrade-of-patches", "the upgrade stayed within one minor",
       [](World& world, Policy&) {
         each_facts(world, "upgrade/sleep", [](CellFacts& facts) { facts = World::facts({1, 34, 1}, true); });
         each_phase_facts(world, "upgrade", [](const std::string& phase, CellFacts& facts) {
           facts = World::facts({1, 34, phase == "downgraded" ? 1 : 3}, true);
         });
       },
       "no-evidence: upgrade-downgrade-upgrade"},
      {"control-plane-only", "the kubelets were not upgraded",
       [](World& world, Policy&) {
         each_phase_facts(world, "upgrade", [&](auto&, CellFacts& facts) { facts.kubelet_versions = {world.older()}; });
       },
       "no-evidence: upgrade-downgrade-upgrade"},
      {"no-downgrade", "upgraded, and never down again",
       [](World& world, Policy&) {
         each_phase_facts(world, "upgrade",
                          [&](auto&, CellFacts& facts) { facts = World::facts(world.newer(), true); });
       },
       "no-evidence: upgrade-downgrade-upgrade"},
      {"upgrade-elsewhere", "the upgrades were to a version before the release",
       [](World& world, Policy&) {
         const auto older = [](CellFacts& facts) {
           --facts.api_server_version.minor;
           --facts.kubelet_versions[0].minor;
         };
         each_facts(world, "upgrade/sleep", older);
         each_phase_facts(world, "upgrade", [&](auto&, CellFacts& facts) { older(facts); });
       },
       "no-evidence: upgrade-downgrade-upgrade"},
      {"upgrade-to-a-pre-release", "the upgrades were to a release candidate",
       [](World& world, Policy&) {
         each_phase_facts(world, "upgrade", [](auto&, CellFacts& facts) {
           if (facts.api_server_version.minor == 34) facts.api_server_version.prerelease = "rc.0";
         });
       },
       "no-evidence: upgrade-downgrade-upgrade"},
      {"nothing-after-the-upgrade", "no attempt after the second upgrade",
       [](World& world, Policy&) { drop_in_phases(world, "upgrade", {"upgraded-again"}); },
       "no-evidence: upgrade-downgrade-upgrade"},
      {"skew-n-2", "the oldest kubelet is two minors behind",
       [](World& world, Policy&) {
         without_run(world, "skew");
         world.add_skew("skew", world.input.as_of - std::chrono::hours(54), 2);
       },
       "no-evidence: version-skew"},
      {"skew-with-the-gate-off", "the gate was off wherever kubelets were older",
       [](World& world, Policy&) {
         each_facts(world, "skew/old", [](CellFacts& facts) {
           for (auto& [component, gates] : facts.effective_gates) gates[kGate] = false;
         });
       },
       "no-evidence: version-skew"},
      {"skew-skipped", "with the oldest kubelet the case skips itself",
       [](World& world, Policy&) { attempt_of(world, "skew", "skew/old", "skew/runs").outcome = Outcome::kSkipped; },
       "no-evidence: version-skew"},
      {"transition-failed", "the second upgrade failed",
       [](World& world, Policy&) {
         of_run(world.input.evidence.transitions, "upgrade").back()->outcome = Outcome::kFailed;
       },
       "fail: no-product-failures!, upgrade-downgrade-upgrade"},
      {"failure-after-a-transition", "a case failed after the downgrade",
       [](World& world, Policy&) {
         for (auto* one : of_run(world.input.evidence.attempts, "upgrade"))
           if (one->first_phase == "downgraded") one->outcome = Outcome::kFailed;
       },
       "fail: no-product-failures!, upgrade-downgrade-upgrade"},
  };
}

}  // namespace graduand::graduation::test
