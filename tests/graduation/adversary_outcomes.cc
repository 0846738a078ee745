// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "framework/graduation/rules/rules.h"
#include "tests/graduation/adversary.h"

namespace graduand::graduation::test {
namespace {

using results::Outcome;
using std::chrono::hours;

results::Attempt& one_attempt(World& world, int day = 9) {
  return attempt_of(world, day_run(day), "sleep/on", "sleep/delays");
}

void others(World& world, int failed_on, int failed_off) {
  for (int i = 0; i < 20; ++i) {
    world.add_run("other" + std::to_string(i), world.input.as_of - hours(24 * i + 5), results::Trigger::kPeriodic,
                  "ci-other");
    for (const bool on : {true, false}) {
      world.add_instance(on ? "other/on" : "other/off", world.older(), on);
      world.add_attempt("volumes/mounts", i < (on ? failed_on : failed_off) ? Outcome::kFailed : Outcome::kPassed, {},
                        {"Volumes"});
    }
  }
}

void presubmit_failure(World& world, const std::string& id, const std::string& change) {
  world.add_run(id, world.input.as_of - hours(30), results::Trigger::kPresubmit, "pull-sleep").change = change;
  world.add_instance("sleep/on", world.older(), true);
  world.add_attempt("sleep/delays", Outcome::kFailed);
}

void mark_infrastructure(World& world, const std::string& target) {
  results::Mark mark;
  mark.kind = results::Mark::Kind::kInfrastructure;
  mark.id = "mark-" + std::to_string(world.input.evidence.marks.size() + 1);
  mark.target = target;
  mark.reason = "the network";
  mark.author = "somebody@example.org";
  mark.made = world.input.as_of - hours(1);
  world.input.evidence.marks.push_back(mark);
}

void mark_fixed(World& world, Timestamp since) {
  results::Mark mark;
  mark.id = "mark-1";
  mark.feature = world.input.feature;
  mark.case_id = "sleep/delays";
  mark.since = since;
  mark.reason = "the cause is mended";
  mark.author = "somebody@example.org";
  mark.made = world.input.as_of - hours(1);
  world.input.evidence.marks.push_back(mark);
}

void waive_all(const World& world, Policy& policy) {
  for (const std::string& id : rule_ids()) policy.waivers.push_back(waiver(world, id));
}

}  // namespace

std::vector<Operator> outcome_operators() {
  return {
      {"one-failure", "a case failed once in a required cell",
       [](World& world, Policy&) { one_attempt(world).outcome = Outcome::kFailed; }, "fail: no-product-failures!"},
      {"one-time-out", "a case timed out once",
       [](World& world, Policy&) { one_attempt(world).outcome = Outcome::kTimedOut; }, "fail: no-product-failures!"},
      {"one-crash", "a case crashed once",
       [](World& world, Policy&) { one_attempt(world).outcome = Outcome::kCrashed; }, "fail: no-product-failures!"},
      {"failure-elsewhere", "a case failed in a cell that nobody requires",
       [](World& world, Policy&) {
         world.add_run("elsewhere", world.input.as_of - hours(30), results::Trigger::kPeriodic, "ci-elsewhere");
         world.add_instance("elsewhere/on", {1, 35, 1}, true);
         world.add_attempt("sleep/validates", Outcome::kFailed);
       },
       "fail: no-product-failures!"},
      {"failure-in-a-retired-case", "a case that is no longer in the suite failed",
       [](World& world, Policy&) {
         world.add_run("retired", world.input.as_of - hours(30), results::Trigger::kPeriodic, "ci-retired");
         world.add_instance("sleep/on", world.older(), true);
         world.add_attempt("sleep/retired", Outcome::kFailed);
       },
       "fail: no-product-failures!"},
      {"failure-relabelled", "the record of a failed attempt no longer names the feature",
       [](World& world, Policy&) {
         one_attempt(world).outcome = Outcome::kFailed;
         one_attempt(world).features = {"Other"};
       },
       "fail: no-product-failures!"},
      {"failure-hidden-by-a-copy", "a clean run of the same job and build stands before the failed one",
       [](World& world, Policy&) {
         copy_run(world, "run09", "a-clean-one");
         shift_run(world, "a-clean-one", -hours(1));
         one_attempt(world).outcome = Outcome::kFailed;
       },
       "fail: no-product-failures!"},
      {"failure-and-a-copy-after", "the same, with the clean one after it",
       [](World& world, Policy&) {
         copy_run(world, "run09", "clean");
         shift_run(world, "clean", hours(1));
         one_attempt(world).outcome = Outcome::kFailed;
       },
       "fail: no-product-failures!"},
      {"cluster-failed", "a cluster with the gate on failed to come up",
       [](World& world, Policy&) {
         auto* instance = of_run(world.input.evidence.instances, "run09").front();
         instance->outcome = Outcome::kFailed;
         drop_attempts(world, [&](const auto& one) { return one.instance_id == instance->id; });
       },
       "fail: no-product-failures!"},
      {"infra-errors-with-the-gate-on", "attempts end as infra-error, with the gate on only",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.attempts)
           if (one.cell == "sleep/on" && one.run_id < "run16") one.outcome = Outcome::kInfraError;
       },
       "fail: newest-run, ran-when-due, infrastructure-even!"},
      {"clusters-lost-with-the-gate-on", "clusters are lost, with the gate on only",
       [](World& world, Policy&) {
         for (auto& instance : world.input.evidence.instances) {
           if (instance.cell.name == "off" || instance.run_id > "run12" || !instance.run_id.starts_with("run"))
             continue;
           instance.outcome = Outcome::kInfraError;
           drop_attempts(world, [&](const auto& one) { return one.instance_id == instance.id; });
         }
       },
       "fail: newest-run, ran-when-due, infrastructure-even!"},
      {"failures-called-infrastructure", "all failures with the gate on were marked as infrastructure",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.attempts)
           if (one.cell == "sleep/on" && one.run_id < "run16") {
             one.outcome = Outcome::kFailed;
             mark_infrastructure(world, one.id);
           }
       },
       "fail: newest-run, ran-when-due, infrastructure-even!"},
      {"presubmits-on-two-changes", "a case failed in presubmits of two changes",
       [](World& world, Policy&) {
         presubmit_failure(world, "pull1", "kubernetes/kubernetes#1");
         presubmit_failure(world, "pull2", "kubernetes/kubernetes#2");
       },
       "no-evidence: presubmits-agree"},
      {"presubmits-of-unknown-changes", "two presubmit builds failed, and nobody says what they tested",
       [](World& world, Policy&) {
         presubmit_failure(world, "pull1", "");
         presubmit_failure(world, "pull2", "");
       },
       "no-evidence: presubmits-agree"},
      {"others-fail", "a case of another feature fails with the gate on only",
       [](World& world, Policy&) { others(world, 8, 0); }, "fail: default-behaviour!"},
      {"fixed-yesterday", "a case failed, and is marked as fixed since yesterday",
       [](World& world, Policy&) {
         one_attempt(world).outcome = Outcome::kFailed;
         mark_fixed(world, world.input.as_of - hours(30));
       },
       "no-evidence: enough-scheduled-runs, days-with-runs"},
      {"fixed-in-the-future", "a case is marked as fixed from tomorrow on",
       [](World& world, Policy&) {
         one_attempt(world).outcome = Outcome::kFailed;
         mark_fixed(world, world.input.as_of + hours(24));
       },
       "fail: no-product-failures!"},
      {"fixed-before-it-failed", "a case failed after it was marked as fixed",
       [](World& world, Policy&) {
         one_attempt(world).outcome = Outcome::kFailed;
         mark_fixed(world, world.input.as_of - hours(24 * 20));
       },
       "fail: no-product-failures!"},
      {"waivers-without-runs", "nothing ran, and every rule is waived",
       [](World& world, Policy& policy) {
         world.input.evidence = {};
         waive_all(world, policy);
       },
       kNoRunCounts},
      {"waivers-unverified", "nothing was read back, and every rule is waived",
       [](World& world, Policy& policy) {
         for (auto& one : world.input.evidence.instances) one.facts = {};
         world.input.evidence.facts.clear();
         waive_all(world, policy);
       },
       kNothingCounts},
      {"waiver-of-another-release", "a failure is waived for the release before",
       [](World& world, Policy& policy) {
         one_attempt(world).outcome = Outcome::kFailed;
         policy.waivers.push_back(waiver(world, "no-product-failures"));
         policy.waivers.back().release = world.older();
       },
       "fail: no-product-failures!"},
      {"waiver", "a failure is waived",
       [](World& world, Policy& policy) {
         one_attempt(world).outcome = Outcome::kFailed;
         policy.waivers.push_back(waiver(world, "no-product-failures"));
       },
       "pass-with-waivers: no-product-failures (waived)"},
      {"run-left-out", "the run with the failure is left out",
       [](World& world, Policy& policy) {
         one_attempt(world).outcome = Outcome::kFailed;
         policy.waivers.push_back(waiver(world, "", "run09"));
       },
       "pass-with-waivers"},
  };
}

std::vector<Operator> harmless_operators() {
  return {
      {"nothing", "nothing is changed", [](World&, Policy&) {}, "pass"},
      {"simulated-run-more", "a simulated run in which everything failed",
       [](World& world, Policy&) {
         world.add_run("simulated", world.input.as_of - hours(20)).simulated = true;
         world.add_instance("sleep/on", world.older(), true);
         world.add_attempt("sleep/delays", Outcome::kFailed);
       },
       "pass"},
      {"presubmit-success", "a presubmit that passed",
       [](World& world, Policy&) {
         presubmit_failure(world, "pull", "kubernetes/kubernetes#1");
         world.input.evidence.attempts.back().outcome = Outcome::kPassed;
       },
       "pass"},
      {"presubmit-failures-of-one-change", "presubmits of one change that failed twice",
       [](World& world, Policy&) {
         presubmit_failure(world, "pull1", "kubernetes/kubernetes#1");
         presubmit_failure(world, "pull2", "kubernetes/kubernetes#1");
       },
       "pass"},
      {"manual-failure", "a run by hand that failed",
       [](World& world, Policy&) {
         world.add_run("manual", world.input.as_of - hours(20), results::Trigger::kManual);
         world.add_instance("sleep/on", world.older(), true);
         world.add_attempt("sleep/delays", Outcome::kFailed);
       },
       "pass"},
      {"late-across-midnight", "a run started 30 seconds late, across midnight",
       [](World& world, Policy&) {
         const Timestamp midnight = at("2026-11-21T00:00:20Z");
         shift_run(world, "run10", midnight - run_of(world, "run10").started);
       },
       "pass"},
      {"one-infra-error", "one infra-error in thirty runs",
       [](World& world, Policy&) { one_attempt(world).outcome = Outcome::kInfraError; }, "pass"},
      {"one-missed-day", "one day without a run", [](World& world, Policy&) { drop_run(world, "run12"); }, "pass"},
      {"three-missed-days", "a long weekend without a run",
       [](World& world, Policy&) {
         for (const char* id : {"run11", "run12", "run13"}) drop_run(world, id);
       },
       "pass"},
      {"one-killed-run", "one run was killed before anything ran",
       [](World& world, Policy&) {
         run_of(world, "run07").finished.reset();
         drop_attempts(world, [](const auto& one) { return one.run_id == "run07"; });
       },
       "pass"},
      {"old-failure", "a failure from before the window",
       [](World& world, Policy&) {
         world.add_good_run("old", world.input.as_of - hours(24 * 45));
         world.input.evidence.attempts.back().outcome = Outcome::kFailed;
       },
       "pass"},
      {"future-failure", "a failure after the verdict's time",
       [](World& world, Policy&) {
         world.add_good_run("future", world.input.as_of + hours(4));
         world.input.evidence.attempts.back().outcome = Outcome::kFailed;
       },
       "pass"},
      {"foreign-failure", "one failure of a case of another feature",
       [](World& world, Policy&) { others(world, 1, 0); }, "pass"},
      {"others-fail-alike", "a case of another feature fails on both sides",
       [](World& world, Policy&) { others(world, 8, 7); }, "pass"},
      {"unverified-cluster-more", "a cluster of which nothing was read, with failures on it",
       [](World& world, Policy&) {
         world.add_run("unread", world.input.as_of - hours(20), results::Trigger::kPeriodic, "ci-unread");
         world.add_instance("unread/on", world.older(), true).facts = {};
         world.add_attempt("sleep/delays", Outcome::kFailed);
       },
       "pass"},
      {"kube-proxy-absent", "clusters without kube-proxy, by design",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.instances) {
           one.facts.effective_gates.erase(catalogue::kKubeProxy);
           one.facts.absent_components = {catalogue::kKubeProxy};
         }
       },
       "pass"},
      {"order-reversed", "the records come in the opposite order",
       [](World& world, Policy&) {
         auto& evidence = world.input.evidence;
         std::reverse(evidence.runs.begin(), evidence.runs.end());
         std::reverse(evidence.instances.begin(), evidence.instances.end());
         std::reverse(evidence.attempts.begin(), evidence.attempts.end());
         std::reverse(evidence.transitions.begin(), evidence.transitions.end());
         std::reverse(evidence.plans.begin(), evidence.plans.end());
         std::reverse(evidence.facts.begin(), evidence.facts.end());
       },
       "pass"},
      {"copy-of-a-run", "a run is there twice", [](World& world, Policy&) { copy_run(world, "run05", "again"); },
       "pass"},
      {"failed-and-fixed", "a failure of 18 days ago, fixed the day after",
       [](World& world, Policy&) {
         one_attempt(world, 18).outcome = Outcome::kFailed;
         mark_fixed(world, world.input.as_of - hours(24 * 17 + 12));
       },
       "pass"},
  };
}

}  // namespace graduand::graduation::test
