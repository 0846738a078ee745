// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/kube/fake_server.h"

namespace graduand::kube {
namespace {

using testing::Exchange;
using testing::FakeServer;
using testing::list_of;
using testing::object_of;

json::value page(const std::string& version, json::array items, const std::string& next) {
  auto list = list_of(version, std::move(items));
  if (!next.empty()) list.as_object()["metadata"].as_object()["continue"] = next;
  return list;
}

TEST(List, FollowsPagesAndAsksForTheVersionOnce) {
  FakeServer server([](Exchange& exchange) {
    const auto next = exchange.request.query("continue");
    if (next.empty()) exchange.respond_json(200, page("7", {object_of("a", "1"), object_of("b", "2")}, "x/y="));
    if (next == "x%2Fy%3D") exchange.respond_json(200, page("7", {object_of("c", "3")}, ""));
    return true;
  });
  ListOptions options;
  options.limit = 2;
  options.resource_version = "5";
  options.resource_version_match = "NotOlderThan";
  options.label_selector = "app in (a,b)";
  const auto list = server.client()->list(resources::kPods, "n", options);
  ASSERT_TRUE(list) << to_string(list.error());
  EXPECT_EQ(list->items.size(), 3u);
  EXPECT_EQ(list->resource_version, "7");
  EXPECT_EQ(string_at(list->items[2], "kind"), "Pod");
  EXPECT_EQ(string_at(list->items[2], "apiVersion"), "v1");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].query("resourceVersion"), "5");
  EXPECT_EQ(requests[0].query("labelSelector"), "app%20in%20%28a%2Cb%29");
  EXPECT_EQ(requests[1].query("resourceVersion"), "");
  EXPECT_EQ(requests[1].query("limit"), "2");
}

TEST(List, StartsAgainWithoutALimitWhenAPageHasExpired) {
  FakeServer server([](Exchange& exchange) {
    if (!exchange.request.query("continue").empty()) {
      exchange.status(410, "Expired");
    } else if (exchange.request.query("limit").empty()) {
      exchange.respond_json(200, page("9", {object_of("a", "1"), object_of("b", "2")}, ""));
    } else {
      exchange.respond_json(200, page("7", {object_of("a", "1")}, "next"));
    }
    return true;
  });
  const auto list = server.client()->list(resources::kPods, "n");
  ASSERT_TRUE(list) << to_string(list.error());
  EXPECT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->resource_version, "9");
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST(List, AnExpiredVersionThatWasAskedForIsTheCallersAffair) {
  FakeServer server([](Exchange& exchange) { return exchange.status(410, "Expired"), true; });
  ListOptions options;
  options.resource_version = "1";
  const auto list = server.client()->list(resources::kPods, "n", options);
  ASSERT_FALSE(list);
  EXPECT_TRUE(list.error().gone());
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(List, HasADeadlineOfItsOwn) {
  FakeServer server([](Exchange& exchange) { return exchange.wait_for_close(), false; });
  ListOptions options;
  options.timeout = milliseconds(50);
  EXPECT_EQ(server.client()->list(resources::kPods, "n", options).error().transport, ErrorKind::kTimeout);
}

TEST(Verbs, SayWhatTheyMean) {
  FakeServer server([](Exchange& exchange) { return exchange.respond(200, "{}"), true; });
  auto client = server.client();
  const auto object = object_of("a b", "1");
  WriteOptions options;
  options.dry_run = true;
  options.force = true;
  ASSERT_TRUE(client->create_object(resources::kPods, "", object, options));
  ASSERT_TRUE(client->update(resources::kPods, "n", object, {}, "status"));
  ASSERT_TRUE(client->patch(resources::kDeployments, "n", "d", PatchType::kApply, object, options, "scale"));
  ASSERT_TRUE(client->patch(resources::kNodes, "ignored", "d", PatchType::kJson, json::array{}));
  DeleteOptions deletion;
  deletion.grace_period_seconds = 0;
  deletion.propagation_policy = "Foreground";
  deletion.precondition_uid = "u";
  ASSERT_TRUE(client->remove(resources::kPods, "n", "a", deletion));
  ListOptions selector;
  selector.label_selector = "a=b";
  ASSERT_TRUE(client->remove_collection(resources::kPods, "n", selector));
  ASSERT_TRUE(client->logs("n", "p", "c", true, 5));
  const auto requests = server.requests();
  const auto line = [&](int i) {
    return requests[static_cast<std::size_t>(i)].method + " " + requests[static_cast<std::size_t>(i)].target;
  };
  EXPECT_EQ(line(0), "POST /api/v1/namespaces/n/pods?dryRun=All&fieldManager=graduand&fieldValidation=Strict");
  EXPECT_EQ(line(1), "PUT /api/v1/namespaces/n/pods/a%20b/status?fieldManager=graduand&fieldValidation=Strict");
  EXPECT_EQ(line(2),
            "PATCH /apis/apps/v1/namespaces/n/deployments/d/scale"
            "?dryRun=All&fieldManager=graduand&fieldValidation=Strict&force=true");
  EXPECT_EQ(requests[2].headers.at("content-type"), "application/apply-patch+yaml");
  EXPECT_EQ(line(3), "PATCH /api/v1/nodes/d?fieldManager=graduand&fieldValidation=Strict");
  EXPECT_EQ(requests[3].headers.at("content-type"), "application/json-patch+json");
  EXPECT_EQ(requests[3].body, "[]");
  EXPECT_EQ(line(4), "DELETE /api/v1/namespaces/n/pods/a");
  EXPECT_EQ(canonical_json(*parse_json(requests[4].body)),
            R"({"apiVersion":"v1","gracePeriodSeconds":0,"kind":"DeleteOptions","preconditions":{"uid":"u"},)"
            R"("propagationPolicy":"Foreground"})");
  EXPECT_EQ(line(5), "DELETE /api/v1/namespaces/n/pods?labelSelector=a%3Db");
  EXPECT_EQ(line(6), "GET /api/v1/namespaces/n/pods/p/log?container=c&previous=true&tailLines=5");
}

}  // namespace
}  // namespace graduand::kube
