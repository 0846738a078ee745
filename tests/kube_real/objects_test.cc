// SPDX-License-Identifier: Apache-2.0
#include "tests/kube_real/real_cluster.h"

namespace graduand::kube {
namespace {

TEST_F(RealCluster, ReadsWhatKubectlReads) {
  const auto made = client_->create_object(resources::kConfigMaps, namespace_, config_map("a", "1"));
  ASSERT_TRUE(made) << text_of(made);
  const auto got = client_->get(resources::kConfigMaps, namespace_, "a");
  ASSERT_TRUE(got) << text_of(got);
  EXPECT_EQ(canonical_json(*got), canonical_json(*made));
  auto theirs = kubectl_json({"get", "configmap", "a", "--show-managed-fields"});
  EXPECT_EQ(canonical_json(*got), canonical_json(theirs));
}

TEST_F(RealCluster, KnowsTheServersVersion) {
  const auto version = server_version(*client_);
  ASSERT_TRUE(version) << text_of(version);
  EXPECT_EQ(*version, string_at(kubectl_json({"version"}), "serverVersion.gitVersion"));
}

TEST_F(RealCluster, ListsAllPages) {
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(client_->create_object(resources::kConfigMaps, namespace_, config_map("m" + std::to_string(i), "1")));
  }
  ListOptions options;
  options.limit = 2;
  options.label_selector = "app=test";
  const auto list = client_->list(resources::kConfigMaps, namespace_, options);
  ASSERT_TRUE(list) << text_of(list);
  EXPECT_EQ(list->items.size(), 7u);
  EXPECT_FALSE(list->resource_version.empty());
  EXPECT_EQ(string_at(list->items.front(), "kind"), "ConfigMap");
}

TEST_F(RealCluster, ErrorsCarryTheServersWords) {
  const auto missing = client_->get(resources::kPods, namespace_, "nobody");
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().not_found()) << text_of(missing);
  EXPECT_EQ(missing.error().reason, "NotFound");

  auto twice = config_map("a", "1");
  ASSERT_TRUE(client_->create_object(resources::kConfigMaps, namespace_, twice));
  const auto again = client_->create_object(resources::kConfigMaps, namespace_, twice);
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().already_exists()) << text_of(again);

  auto wrong = pod("p", "true");
  wrong.as_object()["spec"].as_object()["containers"] = json::array{};
  const auto invalid = client_->create_object(resources::kPods, namespace_, wrong);
  ASSERT_FALSE(invalid);
  EXPECT_TRUE(invalid.error().invalid()) << text_of(invalid);
  ASSERT_FALSE(invalid.error().causes.empty());
  EXPECT_EQ(invalid.error().causes[0].field, "spec.containers");
  EXPECT_EQ(invalid.error().causes[0].reason, "FieldValueRequired");

  auto unknown = config_map("b", "1");
  unknown.as_object()["dota"] = 1;
  const auto strict = client_->create_object(resources::kConfigMaps, namespace_, unknown);
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().http_code, 400);
  EXPECT_NE(strict.error().message.find("dota"), std::string::npos) << text_of(strict);
}

TEST_F(RealCluster, UpdatesAndConflicts) {
  auto first = client_->create_object(resources::kConfigMaps, namespace_, config_map("a", "1"));
  ASSERT_TRUE(first) << text_of(first);
  auto changed = *first;
  changed.as_object()["data"].as_object()["key"] = "2";
  const auto updated = client_->update(resources::kConfigMaps, namespace_, changed);
  ASSERT_TRUE(updated) << text_of(updated);
  const auto stale = client_->update(resources::kConfigMaps, namespace_, changed);
  ASSERT_FALSE(stale);
  EXPECT_TRUE(stale.error().conflict()) << text_of(stale);
}

TEST_F(RealCluster, PatchesInEveryWay) {
  ASSERT_TRUE(client_->create_object(resources::kConfigMaps, namespace_, config_map("a", "1")));
  const auto value = [&](const ApiResult<json::value>& result) {
    return result ? string_at(*result, "data.key") : text_of(result);
  };
  const auto& maps = resources::kConfigMaps;
  const json::value body = json::object{{"data", json::object{{"key", "2"}}}};
  EXPECT_EQ(value(client_->patch(maps, namespace_, "a", PatchType::kMerge, body)), "2");
  const json::value operations = json::array{json::object{{"op", "replace"}, {"path", "/data/key"}, {"value", "3"}}};
  EXPECT_EQ(value(client_->patch(maps, namespace_, "a", PatchType::kJson, operations)), "3");
  const json::value four = json::object{{"data", json::object{{"key", "4"}}}};
  EXPECT_EQ(value(client_->patch(maps, namespace_, "a", PatchType::kStrategic, four)), "4");

  auto applied = config_map("a", "5");
  WriteOptions options;
  options.field_manager = "somebody-else";
  const auto refused = client_->patch(maps, namespace_, "a", PatchType::kApply, applied, options);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().conflict()) << text_of(refused);
  ASSERT_FALSE(refused.error().causes.empty());
  EXPECT_EQ(refused.error().causes[0].reason, "FieldManagerConflict");
  options.force = true;
  EXPECT_EQ(value(client_->patch(maps, namespace_, "a", PatchType::kApply, applied, options)), "5");
  options.dry_run = true;
  EXPECT_EQ(value(client_->patch(maps, namespace_, "a", PatchType::kApply, config_map("a", "6"), options)), "6");
  EXPECT_EQ(kubectl({"get", "configmap", "a", "-o", "jsonpath={.data.key}"}), "5");
}

TEST_F(RealCluster, DeletesWithPreconditions) {
  const auto made = client_->create_object(resources::kConfigMaps, namespace_, config_map("a", "1"));
  ASSERT_TRUE(made) << text_of(made);
  DeleteOptions options;
  options.precondition_uid = "00000000-0000-0000-0000-000000000000";
  const auto refused = client_->remove(resources::kConfigMaps, namespace_, "a", options);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().conflict()) << text_of(refused);
  options.precondition_uid = uid_of(*made);
  const auto removed = client_->remove(resources::kConfigMaps, namespace_, "a", options);
  EXPECT_TRUE(removed) << text_of(removed);
  EXPECT_TRUE(client_->get(resources::kConfigMaps, namespace_, "a").error().not_found());
}

TEST_F(RealCluster, DeletesByLabel) {
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(client_->create_object(resources::kConfigMaps, namespace_, config_map(name, "1")));
  }
  ListOptions selector;
  selector.label_selector = "app=test";
  const auto removed = client_->remove_collection(resources::kConfigMaps, namespace_, selector);
  ASSERT_TRUE(removed) << text_of(removed);
  EXPECT_EQ(client_->list(resources::kConfigMaps, namespace_, selector)->items.size(), 0u);
}

TEST_F(RealCluster, ReachesRawPaths) {
  const auto ready = client_->raw("GET", "/readyz?verbose");
  ASSERT_TRUE(ready) << text_of(ready);
  EXPECT_NE(ready->body.find("[+]etcd ok"), std::string::npos);
  EXPECT_FALSE(ready->audit_id.empty());
  const auto none = client_->raw("GET", "/nowhere");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().http_code, 404);
}

TEST_F(RealCluster, WarningsReachTheTrace) {
  auto bad = pod("w", "true");
  bad.as_object()["spec"].as_object()["nodeSelector"] = json::object{{"beta.kubernetes.io/arch", "none"}};
  ASSERT_TRUE(client_->create_object(resources::kPods, namespace_, bad));
  ASSERT_FALSE(traces_.back().warnings.empty());
  EXPECT_NE(traces_.back().warnings[0].find("beta.kubernetes.io/arch"), std::string::npos);
  EXPECT_EQ(traces_.back().code, 201);
}

}  // namespace
}  // namespace graduand::kube
