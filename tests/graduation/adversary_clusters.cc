// SPDX-License-Identifier: Apache-2.0
#include "tests/graduation/adversary.h"

namespace graduand::graduation::test {
namespace {

using catalogue::CellFacts;
using Apply = std::function<void(World&, Policy&)>;

Apply facts_of(const std::string& cell, const std::function<void(World&, CellFacts&)>& edit) {
  return [=](World& world, Policy&) { each_facts(world, cell, [&](CellFacts& facts) { edit(world, facts); }); };
}

Apply everywhere(const std::function<void(CellFacts&)>& edit) {
  return [=](World& world, Policy&) {
    for (auto& instance : world.input.evidence.instances) edit(instance.facts);
    for (const char* run : {"cycle", "upgrade"})
      each_phase_facts(world, run, [&](auto&, CellFacts& facts) { edit(facts); });
  };
}

}  // namespace

std::vector<Operator> cluster_operators() {
  return {
      {"older-kubelets", "the clusters of the release have kubelets of the minor before",
       facts_of("sleep/default", [](World& world, CellFacts& facts) { facts.kubelet_versions = {world.older()}; }),
       kACellIsEmpty},
      {"one-older-kubelet", "one of two kubelets is of the minor before",
       facts_of("sleep/default",
                [](World& world, CellFacts& facts) {
                  facts.kubelet_versions = {world.newer(), world.older()};
                  facts.nodes = 2;
                }),
       kACellIsEmpty},
      {"emulated", "the clusters of the minor before are newer ones that emulate it",
       facts_of("sleep/on",
                [](World& world, CellFacts& facts) {
                  facts.api_server_version = world.newer();
                  facts.emulated_version = world.older();
                }),
       kACellIsEmpty},
      {"emulating-an-older", "the clusters of the release emulate the minor before",
       facts_of("sleep/default", [](World& world, CellFacts& facts) { facts.emulated_version = world.older(); }),
       kACellIsEmpty},
      {"pre-release", "the clusters of the release are a release candidate",
       facts_of("sleep/default",
                [](World&, CellFacts& facts) {
                  facts.api_server_version.prerelease = "rc.1";
                  facts.kubelet_versions[0].prerelease = "rc.1";
                }),
       kACellIsEmpty},
      {"pre-release-kubelet", "only the kubelets are a release candidate",
       facts_of("sleep/default", [](World&, CellFacts& facts) { facts.kubelet_versions[0].prerelease = "rc.1"; }),
       kACellIsEmpty},
      {"provider-none", "no cluster at all, and the run says that it is real",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.instances) one.provider = one.cell.provider = "none";
       },
       kNothingCounts},
      {"provider-none-in-the-cell", "the cell asked for no cluster, and the record names a provider",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.instances) one.cell.provider = "none";
       },
       kNothingCounts},
      {"simulated", "every run was simulated",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.runs) one.simulated = true;
       },
       kNoRunCounts},
      {"attempts-simulated", "only the attempts say that they were simulated",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.attempts) one.simulated = true;
       },
       kNothingCounts},
      {"unverified", "the API server could not be read anywhere", everywhere([](CellFacts& facts) {
         facts.effective_gates.erase(catalogue::kApiServer);
         facts.unverified_components = {catalogue::kApiServer};
       }),
       kNothingCounts},
      {"unverified-in-one-cell", "the kubelets of the clusters of the release could not be read",
       facts_of("sleep/default",
                [](World&, CellFacts& facts) {
                  facts.effective_gates.erase(catalogue::kKubelet);
                  facts.unverified_components = {catalogue::kKubelet};
                }),
       kACellIsEmpty},
      {"component-in-no-list", "the kubelet is among neither what was read nor what was not",
       facts_of("sleep/off", [](World&, CellFacts& facts) { facts.effective_gates.erase(catalogue::kKubelet); }),
       kACellIsEmpty},
      {"kubelet-said-to-be-absent", "clusters that are said to have no kubelet, by design",
       everywhere([](CellFacts& facts) {
         facts.effective_gates.erase(catalogue::kKubelet);
         facts.absent_components = {catalogue::kKubelet};
       }),
       kNothingCounts},
      {"api-server-said-to-be-absent", "clusters that are said to have no API server, by design",
       everywhere([](CellFacts& facts) {
         facts.effective_gates.erase(catalogue::kApiServer);
         facts.absent_components = {catalogue::kApiServer};
       }),
       kNothingCounts},
      {"gates-emptied", "what was read back has no gates in it",
       everywhere([](CellFacts& facts) { facts.effective_gates.clear(); }), kNothingCounts},
      {"gate-not-listed", "what was read back does not list the gate where it can be switched",
       [](World& world, Policy&) {
         for (const char* cell : {"sleep/on", "sleep/off"})
           each_facts(world, cell, [](CellFacts& facts) {
             for (auto& [component, gates] : facts.effective_gates) gates.erase(kGate);
           });
       },
       kACellIsEmpty},
      {"no-facts", "nothing was read back of any cluster", everywhere([](CellFacts& facts) { facts = {}; }),
       kNothingCounts},
      {"off-only-in-name", "the gate is on in the cells that are called off",
       facts_of("sleep/off",
                [](World&, CellFacts& facts) {
                  for (auto& [component, gates] : facts.effective_gates) gates[kGate] = true;
                }),
       kACellIsEmpty},
      {"on-only-at-the-api-server", "in the cells called on, the kubelets have the gate off",
       facts_of("sleep/on",
                [](World&, CellFacts& facts) { facts.effective_gates[catalogue::kKubelet][kGate] = false; }),
       kACellIsEmpty},
      {"instances-forgotten", "no record of the clusters",
       [](World& world, Policy&) { world.input.evidence.instances.clear(); }, kNothingCounts},
      {"clusters-broken-but-used", "the clusters of the release never became ready, and cases passed on them",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.instances)
           if (one.cell.name == "default") one.outcome = results::Outcome::kInfraError;
       },
       "fail: ran-in-every-required-cell, enough-scheduled-runs, days-with-runs, largest-gap, newest-run, "
       "ran-when-due, infrastructure-even!"},
      {"a-cell-missing", "nothing ran on clusters of the release",
       [](World& world, Policy&) {
         std::erase_if(world.input.evidence.instances, [](const auto& one) { return one.cell.name == "default"; });
         drop_attempts(world, [](const auto& one) { return one.cell == "sleep/default"; });
         for (auto& plan : world.input.evidence.plans)
           std::erase_if(plan.cells, [](const auto& one) { return one.cell.name == "default"; });
       },
       kACellIsEmpty},
      {"no-cells-required", "the feature file names no cells",
       [](World& world, Policy&) { world.input.info.required_cells.clear(); }, kACellIsEmpty},
      {"no-cases", "no case speaks for the feature any more", [](World& world, Policy&) { world.input.cases.clear(); },
       kACellIsEmpty},
      {"a-case-more", "a case that never ran", [](World& world, Policy&) { world.add_case("sleep/never", {}); },
       kACellIsEmpty},
  };
}

}  // namespace graduand::graduation::test
