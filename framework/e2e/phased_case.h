// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/e2e/case.h"
#include "framework/e2e/internal/step_state.h"

namespace graduand::e2e {

// A phased case is carried through the transitions of its cell: its steps are bound to phases, and each is an attempt
// of its own, in a process of its own, with the stable id "<suite>/<case>/<step>":
//
//   GRADUAND_PHASED_CASE(stored_sleep, {.name = "a stored sleep outlives the gate's cycle",
//                                       .features = {"PodLifecycleSleepAction"}});
//
//   GRADUAND_STEP(stored_sleep, create, before(), {.name = "created with the gate on"}) {
//     must(client().create_object(kDeployments, ns(), ...));
//     keep("uid", ...);
//   }
//   GRADUAND_STEP(stored_sleep, keep_field, after("off"), {.name = "an update keeps the field"}) {
//     ... kept("uid") ...
//   }
//   GRADUAND_STEP(stored_sleep, runs_on, throughout(), {.name = "pods are not restarted"}) {
//     EXPECT_THAT(watch_until_finish(ctx(), "app=x").changes, IsEmpty());
//   }
//
// All steps of one repeat share a namespace, which stays until the cluster goes, and the values that they keep. A step
// needs that the `before` steps and those that it `uses` passed on the same cluster instance; otherwise it is not-run,
// with that reason. In a cell without transitions, phased cases are not planned at all.
struct PhasedCaseOptions {
  std::string name;
  std::string description{};
  std::vector<std::string> features{};
  std::vector<std::string> labels{};
  std::vector<std::string> needs{};  // of each step, held against the facts of its phase
  // Its attempts speak for the features whose gates their cell flips, too: for cases that fit any gate.
  bool speaks_for_flipped_gates = false;
};

struct StepOptions {
  std::string name;                  // shown after the case's
  std::vector<std::string> needs{};  // beside the case's
  std::vector<std::string> uses{};   // identifiers of steps above it whose state it needs, beside the `before` ones
  milliseconds time_limit{0};        // 0: two minutes; an hour for one that goes throughout, transitions included
  milliseconds expected_duration{0};
  bool serial = false;
};

// When a step runs.
struct Binding {
  catalogue::StepBinding::When when;
  std::string after{};
};
namespace bindings {
// In the initial phase, at the same time as other `before` steps that it does not use.
inline Binding before() {
  return {catalogue::StepBinding::When::kBefore};
}
// In the phase of that name, or in each that a transition of that kind leads to: after("off"), after("upgrade").
inline Binding after(std::string phase_or_kind) {
  return {catalogue::StepBinding::When::kAfter, std::move(phase_or_kind)};
}
// In each phase but the initial one, an attempt each.
inline Binding after_each() {
  return {catalogue::StepBinding::When::kAfter};
}
// One attempt that starts after the initial phase's, and goes through all transitions. Its body must wait for
// told_to_finish(), and fails when it returns before.
inline Binding throughout() {
  return {catalogue::StepBinding::When::kThroughout};
}
}  // namespace bindings

// The fixture of a step.
class StepBody : public CaseBody {
 protected:
  const std::string& phase() const { return ctx().phase(); }
  // See step_state.h.
  void keep(const std::string& key, json::value value) const { ctx().state().keep(key, std::move(value)); }
  json::value kept(const std::string& key, std::source_location where = std::source_location::current()) const {
    return ctx().state().kept(key, where);
  }
  bool told_to_finish(milliseconds limit) const { return ctx().state().told_to_finish(limit); }
};

int register_step(const char* case_identifier, const char* identifier, const PhasedCaseOptions& phased,
                  const Binding& binding, StepOptions options, const char* file, int line, testing::Test* (*factory)());

// In the file that has its steps.
#define GRADUAND_PHASED_CASE(identifier, ...) \
  static const ::graduand::e2e::PhasedCaseOptions phased_##identifier = ::graduand::e2e::PhasedCaseOptions __VA_ARGS__

// `binding` is one of before(), after("..."), after_each() and throughout().
#define GRADUAND_STEP(case_identifier, identifier, binding, ...)                                                   \
  class Step_##case_identifier##_##identifier : public ::graduand::e2e::StepBody {                                 \
   public:                                                                                                         \
    static ::testing::Test* make() {                                                                               \
      return new Step_##case_identifier##_##identifier;                                                            \
    }                                                                                                              \
                                                                                                                   \
   private:                                                                                                        \
    void body() override;                                                                                          \
  };                                                                                                               \
  [[maybe_unused]] static const int registered_##case_identifier##_##identifier = ::graduand::e2e::register_step(  \
      #case_identifier, #identifier, phased_##case_identifier, ::graduand::e2e::bindings::binding,                 \
      ::graduand::e2e::StepOptions __VA_ARGS__, __FILE__, __LINE__, &Step_##case_identifier##_##identifier::make); \
  void Step_##case_identifier##_##identifier::body()

}  // namespace graduand::e2e
