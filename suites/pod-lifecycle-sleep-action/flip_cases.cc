// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/case.h"
#include "suites/pod-lifecycle-sleep-action/templates.h"

namespace graduand::sleep_action {
namespace {

using e2e::must;
using kube::resources::kDeployments;
using testing::HasSubstr;

json::value create(e2e::Context& ctx, const json::object& deployment) {
  return must(ctx.client().create_object(kDeployments, ctx.ns(), deployment));
}

// An update that does not touch the template.
json::value update_label(e2e::Context& ctx, const std::string& name) {
  return must(ctx.client().patch(kDeployments, ctx.ns(), name, kube::PatchType::kMerge, label_patch("touched", "yes")));
}

json::value sleep_patch(std::int64_t duration_s) {
  json::object container{{"name", "app"}, {"lifecycle", pre_stop_sleep(duration_s)}};
  json::object pod_spec{{"containers", json::array{std::move(container)}}};
  json::object pod_template{{"spec", std::move(pod_spec)}};
  json::object spec{{"template", std::move(pod_template)}};
  return json::object{{"spec", std::move(spec)}};
}

GRADUAND_CASE(
    stored_sleep_survives_an_update_with_the_gate_off,
    {.name = "a stored object keeps its sleep across an update after the API server's gate went off",
     .description = "A Deployment's template, since a pod's spec cannot be updated anyway. New objects, and old "
                    "ones that had none, lose the field.",
     .features = {kGate},
     .needs = {"gate PodLifecycleSleepAction on at kube-apiserver", "gate PodLifecycleSleepAction unlocked",
               "node access"},
     .time_limit = seconds(400),
     .expected_duration = seconds(40),
     .disruptive = true}) {
  const auto with_sleep = create(ctx(), deployment_json("with-sleep", pre_stop_sleep(5)));
  ASSERT_NE(template_sleep(with_sleep), nullptr) << with_sleep;
  create(ctx(), deployment_json("without", {}));

  ctx().flip_api_server_gates({{kGate, false}});

  const auto updated = update_label(ctx(), "with-sleep");
  EXPECT_EQ(string_at(updated, "metadata.labels.touched"), "yes");
  ASSERT_NE(template_sleep(updated), nullptr) << "the update dropped the field: " << updated;
  EXPECT_EQ(*template_sleep(updated), json::value(5));
  const auto stored = must(client().get(kDeployments, ns(), "with-sleep"));
  EXPECT_NE(template_sleep(stored), nullptr) << stored;

  const auto fresh = create(ctx(), deployment_json("fresh", pre_stop_sleep(5)));
  EXPECT_EQ(template_sleep(fresh), nullptr) << "the gate is not off: nothing is shown";
  const auto added = must(client().patch(kDeployments, ns(), "without", kube::PatchType::kStrategic, sleep_patch(5)));
  EXPECT_EQ(template_sleep(added), nullptr) << "an update brought in what a create may not";
}

GRADUAND_CASE(stored_zero_stays_updatable_with_the_gate_off,
              {.name = "a stored sleep of zero stays updatable after AllowZero went off; a new zero is refused",
               .features = {kZeroGate},
               .needs = {"gate PodLifecycleSleepAction on at kube-apiserver",
                         "gate PodLifecycleSleepActionAllowZero on at kube-apiserver",
                         "gate PodLifecycleSleepActionAllowZero unlocked", "node access"},
               .time_limit = seconds(400),
               .expected_duration = seconds(40),
               .disruptive = true}) {
  constexpr int kGrace = 30;
  create(ctx(), deployment_json("zero", pre_stop_sleep(0), kGrace));
  create(ctx(), deployment_json("five", pre_stop_sleep(5), kGrace));

  ctx().flip_api_server_gates({{kZeroGate, false}});

  const auto updated = update_label(ctx(), "zero");
  EXPECT_EQ(string_at(updated, "metadata.labels.touched"), "yes");
  ASSERT_NE(template_sleep(updated), nullptr) << updated;
  EXPECT_EQ(*template_sleep(updated), json::value(0));

  const auto to_zero = client().patch(kDeployments, ns(), "five", kube::PatchType::kStrategic, sleep_patch(0));
  ASSERT_FALSE(to_zero) << "nonzero to zero was accepted: " << *to_zero;
  if (!to_zero.error().from_server()) throw e2e::CaseError(kube::to_string(to_zero.error()), true);
  EXPECT_TRUE(to_zero.error().invalid()) << kube::to_string(to_zero.error());
  EXPECT_THAT(to_zero.error().message, HasSubstr(out_of_bounds_message(false, kGrace)));
  EXPECT_THAT(to_zero.error().message, HasSubstr("spec.template.spec.containers[0].lifecycle.preStop.sleep"));

  const auto fresh = client().create_object(kDeployments, ns(), deployment_json("fresh", pre_stop_sleep(0), kGrace));
  ASSERT_FALSE(fresh) << "the gate is not off: nothing is shown";
  EXPECT_TRUE(fresh.error().invalid()) << kube::to_string(fresh.error());
}

}  // namespace
}  // namespace graduand::sleep_action
