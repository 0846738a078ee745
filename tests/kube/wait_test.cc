// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/wait.h"

#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <thread>

#include "tests/kube/fake_server.h"

namespace graduand::kube {
namespace {

using testing::Exchange;
using testing::FakeServer;
using testing::list_of;
using testing::object_of;

json::value pod(const std::string& phase, const std::string& ready, const std::string& version = "2") {
  return object_of(
      "p", version,
      {{"kind", "Pod"},
       {"spec", json::object{{"containers", json::array{}}}},
       {"status",
        json::object{
            {"phase", phase},
            {"conditions",
             json::array{json::object{
                 {"type", "Ready"}, {"status", ready}, {"reason", "ContainersNotReady"}, {"message", "unready: [c]"}}}},
            {"containerStatuses",
             json::array{json::object{
                 {"name", "c"}, {"state", json::object{{"waiting", json::object{{"reason", "ErrImagePull"}}}}}}}}}}});
}

bool is_watch(const Exchange& exchange) {
  return exchange.request.query("watch") == "true";
}

// Lists what `listed` has, then sends `events` to each watch.
FakeServer::Handler serve(json::array listed, std::vector<std::pair<std::string, json::value>> events) {
  return [listed = std::move(listed), events = std::move(events)](Exchange& exchange) {
    if (!is_watch(exchange)) return exchange.respond_json(200, list_of("5", listed)), true;
    exchange.begin_chunked();
    for (const auto& [type, object] : events) exchange.event(type, object);
    exchange.wait_for_close();
    return false;
  };
}

TEST(Wait, IsOverAtOnceWhenItHolds) {
  FakeServer server(serve({pod("Running", "True")}, {}));
  const auto waited = wait_for_pod_ready(*server.client(), "n", "p", seconds(5));
  ASSERT_TRUE(waited) << waited.message;
  EXPECT_EQ(string_at(waited.object, "status.phase"), "Running");
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests()[0].query("fieldSelector"), "metadata.name%3Dp");
}

TEST(Wait, IsOverWithTheEvent) {
  FakeServer server(serve(
      {},
      {{"ADDED", pod("Pending", "False")}, {"BOOKMARK", object_of("", "7")}, {"MODIFIED", pod("Running", "True")}}));
  const auto waited = wait_for_pod_ready(*server.client(), "n", "p", seconds(5));
  ASSERT_TRUE(waited) << waited.message;
  EXPECT_EQ(server.requests()[1].query("resourceVersion"), "5");
  EXPECT_LT(waited.waited, seconds(4));
}

TEST(Wait, SeesADeletion) {
  FakeServer server(serve({pod("Running", "True")}, {{"DELETED", pod("Running", "True")}}));
  const auto waited = wait_for_deletion(*server.client(), resources::kPods, "n", "p", seconds(5));
  ASSERT_TRUE(waited) << waited.message;
  EXPECT_TRUE(waited.object.is_null());
}

TEST(Wait, AnotherObjectOfTheSameNameMeansDeleted) {
  auto other = pod("Running", "True");
  other.as_object()["metadata"].as_object()["uid"] = "new";
  FakeServer server(serve({other}, {}));
  EXPECT_TRUE(wait_for_deletion(*server.client(), resources::kPods, "n", "p", seconds(5), {}, "old"));
}

TEST(Wait, ATimeOutSaysWhatWasSeen) {
  FakeServer server(serve({pod("Pending", "False")}, {}));
  const auto waited = wait_for_pod_ready(*server.client(), "n", "p", milliseconds(100));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.message,
            "timed out after 100ms waiting for pod n/p to be Ready; last seen: phase=Pending, Ready=False "
            "(ContainersNotReady: unready: [c]), c: waiting (ErrImagePull)");
  EXPECT_FALSE(waited.transport_failed);

  FakeServer empty(serve({}, {}));
  EXPECT_EQ(wait_for_pod_ready(*empty.client(), "n", "p", milliseconds(50)).message,
            "timed out after 50ms waiting for pod n/p to be Ready; last seen: does not exist");
}

TEST(Wait, ListsAgainWhenTheVersionIsGone) {
  FakeServer server([](Exchange& exchange) {
    if (!is_watch(exchange)) {
      const bool first = exchange.request.number == 0;
      exchange.respond_json(200,
                            list_of(first ? "5" : "50", {first ? pod("Pending", "False") : pod("Running", "True")}));
      return true;
    }
    exchange.begin_chunked();
    exchange.event("ERROR", json::object{{"kind", "Status"}, {"code", 410}, {"reason", "Expired"}});
    return exchange.end_chunks(), true;
  });
  const auto waited = wait_for_pod_ready(*server.client(), "n", "p", seconds(5));
  EXPECT_TRUE(waited) << waited.message;
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST(Wait, SurvivesBrokenStreamsAndServersInTrouble) {
  FakeServer server([](Exchange& exchange) {
    const int number = exchange.request.number;
    if (number == 0) return false;  // closes without an answer
    if (number == 1) return exchange.status(503, "ServiceUnavailable"), true;
    if (!is_watch(exchange)) return exchange.respond_json(200, list_of("5", {})), true;
    exchange.begin_chunked();
    if (number == 3) return exchange.send("5\r\n{\"t"), false;  // cut in the middle
    exchange.event("ADDED", pod("Running", "True"));
    exchange.wait_for_close();
    return false;
  });
  const auto waited = wait_for_pod_ready(*server.client(), "n", "p", seconds(10));
  EXPECT_TRUE(waited) << waited.message;
}

TEST(Wait, ARefusalEndsItAtOnce) {
  FakeServer server([](Exchange& exchange) { return exchange.status(403, "Forbidden", "not you"), true; });
  const auto waited = wait_for_pod_ready(*server.client(), "n", "p", seconds(30));
  ASSERT_FALSE(waited);
  EXPECT_LT(waited.waited, seconds(10));
  EXPECT_NE(waited.message.find("403 Forbidden: not you"), std::string::npos) << waited.message;
  EXPECT_FALSE(waited.transport_failed);
}

TEST(Wait, AServerThatStartsMayRefuseForAWhile) {
  FakeServer server([](Exchange& exchange) {
    const int number = exchange.request.number;
    if (number == 0) return exchange.respond_json(200, list_of("5", {pod("Pending", "False")})), true;
    if (number == 2 || number == 3) return exchange.status(403, "Forbidden"), true;
    exchange.begin_chunked();
    if (number == 1) return false;
    exchange.event("MODIFIED", pod("Running", "True"));
    exchange.wait_for_close();
    return false;
  });
  const auto waited = wait_for_pod_ready(*server.client(), "n", "p", seconds(20));
  EXPECT_TRUE(waited) << waited.message;
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST(Wait, AnUnreachableServerIsNotTheProductsAnswer) {
  ClusterConfig config;
  config.server = "http://127.0.0.1:1";
  auto client = Client::create(config);
  const auto waited = wait_for_pod_ready(**client, "n", "p", milliseconds(200));
  ASSERT_FALSE(waited);
  EXPECT_TRUE(waited.transport_failed);
  EXPECT_NE(waited.message.find("last seen: nothing; the API could not be reached"), std::string::npos)
      << waited.message;
}

TEST(Wait, AHangingServerDoesNotHoldItBeyondItsLimit) {
  FakeServer server([](Exchange& exchange) { return exchange.wait_for_close(), false; });
  auto client = server.client();
  const auto waited = wait_for_pod_ready(*client, "n", "p", milliseconds(200));
  EXPECT_FALSE(waited);
  EXPECT_LT(waited.waited, seconds(5));
  EXPECT_TRUE(waited.transport_failed);
}

TEST(Wait, EndsOnCancellation) {
  FakeServer server(serve({}, {}));
  CancelSource source;
  std::thread stopper([&] { source.cancel(); });
  auto client = server.client();
  const auto waited = wait_for_pod_ready(*client, "n", "p", seconds(60), source.token());
  stopper.join();
  EXPECT_FALSE(waited);
  EXPECT_EQ(waited.message.rfind("cancelled after", 0), 0u) << waited.message;
  EXPECT_FALSE(waited.transport_failed);
}

TEST(WaitForSet, FollowsTheWholeSet) {
  FakeServer server(
      serve({object_of("a", "1"), object_of("b", "1")},
            {{"ADDED", object_of("c", "6")}, {"DELETED", object_of("a", "7")}, {"DELETED", object_of("b", "8")}}));
  std::vector<std::size_t> sizes;
  const auto one = [&](const std::vector<json::value>& objects) {
    sizes.push_back(objects.size());
    return objects.size() == 1;
  };
  const auto waited = wait_for_set(*server.client(), resources::kPods, "n", {}, "to be one", one, seconds(5));
  ASSERT_TRUE(waited) << waited.message;
  EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 3, 2, 1}));
  EXPECT_EQ(name_of(waited.objects[0]), "c");
}

TEST(WaitForSet, ATimeOutNamesTheObjects) {
  FakeServer server(serve({pod("Pending", "False")}, {}));
  const auto never = [](const std::vector<json::value>&) { return false; };
  const auto waited = wait_for_set(*server.client(), resources::kPods, "n", {}, "to be gone", never, milliseconds(50));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.message.rfind(
                "timed out after 50ms waiting for pods in n to be gone; last seen: 1 objects; p: phase=Pending", 0),
            0u)
      << waited.message;
}

TEST(Describe, SaysWhatMatters) {
  EXPECT_EQ(describe_object(nullptr), "does not exist");
  EXPECT_EQ(describe_object(object_of("a", "1")), "exists");
  EXPECT_EQ(
      describe_object(*parse_json(
          R"({"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["a/b"]},"status":{"conditions":[
                    {"type":"Available","status":"True"},{"type":"Progressing","status":"False","reason":"Stuck"}]}})")),
      "deletionTimestamp=2026-01-01T00:00:00Z, finalizers=a/b, Available=True, Progressing=False (Stuck)");
  EXPECT_EQ(describe_object(*parse_json(
                R"({"spec":{"containers":[]},"status":{"phase":"Failed","reason":"Evicted","containerStatuses":[
                    {"name":"a","state":{"terminated":{"reason":"Error","exitCode":137}}},
                    {"name":"b","ready":false,"state":{"running":{}}},
                    {"name":"c","ready":true,"state":{"running":{}}}]}})")),
            "phase=Failed, reason=Evicted, a: terminated (Error, exit code 137), b: running, not ready");
}

// A watch that sends no event ever, from a server that lists well: it must be listed anew, and not be asked in a loop.
TEST(Wait, ListsAnewAfterAWatchThatEndedForGood) {
  for (const char* text : {"{\"hello\": 1}", "{\"type\": nonsense", "{\"type\": \"NEWS\", \"object\": {}}"}) {
    std::atomic<int> lists = 0;
    FakeServer server([&lists, text](Exchange& exchange) {
      if (!is_watch(exchange)) {
        const bool ready = ++lists == 4;
        return exchange.respond_json(200, list_of("5", {pod("Running", ready ? "True" : "False")})), true;
      }
      exchange.begin_chunked();
      exchange.chunk(text);
      exchange.wait_for_close();
      return false;
    });
    const auto waited = wait_for_pod_ready(*server.client(), "n", "p", seconds(20));
    EXPECT_TRUE(waited) << text << ": " << waited.message;
    EXPECT_EQ(server.requests().size(), 7u);
  }
}

TEST(Wait, PausesBetweenWatchesThatEndForGood) {
  FakeServer server([](Exchange& exchange) {
    if (!is_watch(exchange)) return exchange.respond_json(200, list_of("5", {pod("Running", "False")})), true;
    exchange.begin_chunked();
    exchange.chunk("{\"hello\": 1}");
    exchange.wait_for_close();
    return false;
  });
  const auto cpu_before = std::clock();
  const auto waited = wait_for_pod_ready(*server.client(), "n", "p", seconds(1));
  const auto cpu_seconds = static_cast<double>(std::clock() - cpu_before) / CLOCKS_PER_SEC;
  EXPECT_FALSE(waited);
  EXPECT_NE(waited.message.find("the watch sent something that is no event"), std::string::npos) << waited.message;
  EXPECT_TRUE(waited.transport_failed);
  EXPECT_LT(cpu_seconds, 0.5);  // of the whole second, when it is asked in a loop
  EXPECT_LE(server.requests().size(), 14u);
}

}  // namespace
}  // namespace graduand::kube
