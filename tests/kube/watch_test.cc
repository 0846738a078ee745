// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <thread>

#include "tests/kube/fake_server.h"

namespace graduand::kube {
namespace {

using testing::Exchange;
using testing::FakeServer;
using testing::object_of;
using Type = WatchEvent::Type;

std::string event_text(const std::string& type, const json::value& object) {
  return json::serialize(json::object{{"type", type}, {"object", object}}) + "\n";
}

std::unique_ptr<Watch> open(Client& client, const std::string& version = "1") {
  ListOptions options;
  options.resource_version = version;
  auto watch = client.watch(resources::kPods, "n", options);
  EXPECT_TRUE(watch) << to_string(watch.error());
  return watch ? std::move(*watch) : nullptr;
}

// "a" after "ADDED"; an error's text otherwise.
std::string next_name(Watch& watch, milliseconds limit = seconds(5)) {
  auto event = watch.next(limit);
  if (!event) return to_string(event.error());
  return *event ? name_of((*event)->object) : "nothing";
}

RC_GTEST_PROP(Watch, EventsSurviveAnyCutting, ()) {
  const auto names = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty(rc::gen::string<std::string>())));
  std::vector<std::string> expected;
  std::string body;
  for (const auto& raw : names) {
    std::string name;  // any bytes, but text
    for (const char c : raw) name += c > 0 ? c : '"';
    expected.push_back(name);
    body += event_text("ADDED", object_of(name, "2"));
  }
  const auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 40));
  FakeServer server([&](Exchange& exchange) {
    exchange.begin_chunked();
    std::size_t at = 0;
    for (std::size_t i = 0; at < body.size(); ++i) {
      const auto size = i < cuts.size() ? cuts[i] : body.size();
      exchange.chunk(body.substr(at, size));
      at += size;
    }
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  auto watch = open(*client);
  for (const auto& name : expected) RC_ASSERT(next_name(*watch) == name);
}

TEST(Watch, TellsTypesInOrder) {
  FakeServer server([](Exchange& exchange) {
    exchange.begin_chunked();
    exchange.chunk(event_text("ADDED", object_of("a", "2")) + event_text("MODIFIED", object_of("a", "3")));
    exchange.event("BOOKMARK", object_of("", "9"));
    exchange.event("DELETED", object_of("a", "10"));
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  auto watch = open(*client);
  for (const auto type : {Type::kAdded, Type::kModified, Type::kBookmark, Type::kDeleted}) {
    const auto before = system_clock().now();
    const auto event = watch->next(seconds(5));
    ASSERT_TRUE(event && *event);
    EXPECT_EQ((*event)->type, type);
    EXPECT_LT(before - (*event)->received, seconds(5));
  }
  EXPECT_EQ(server.requests()[0].query("watch"), "true");
  EXPECT_EQ(server.requests()[0].query("allowWatchBookmarks"), "true");
  EXPECT_EQ(server.requests()[0].query("resourceVersion"), "1");
}

TEST(Watch, ATimeOutLosesNothing) {
  std::atomic<bool> go{false};
  const auto text = event_text("ADDED", object_of("late", "2"));
  FakeServer server([&](Exchange& exchange) {
    exchange.begin_chunked();
    // Half a chunk, then a pause.
    char size[32];
    std::snprintf(size, sizeof(size), "%zx\r\n", text.size());
    exchange.send(size + text.substr(0, 20));
    while (!go) std::this_thread::yield();
    exchange.send(text.substr(20) + "\r\n");
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  auto watch = open(*client);
  EXPECT_EQ(next_name(*watch, milliseconds(30)), "nothing");
  EXPECT_EQ(next_name(*watch, milliseconds(0)), "nothing");
  go = true;
  EXPECT_EQ(next_name(*watch), "late");
}

TEST(Watch, HandsAnEventOverWithoutWaitingForMore) {
  FakeServer server([](Exchange& exchange) {
    exchange.begin_chunked();
    exchange.event("ADDED", object_of("a", "2"));
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  auto watch = open(*client);
  EXPECT_EQ(next_name(*watch, milliseconds(1000)), "a");
}

TEST(Watch, ResumesFromTheLastVersion) {
  FakeServer server([](Exchange& exchange) {
    const int number = exchange.request.number;
    exchange.begin_chunked();
    exchange.event("ADDED", object_of("p" + std::to_string(number), std::to_string(10 + number)));
    if (number == 0) return exchange.end_chunks(), false;        // a clean end
    if (number == 1) return exchange.chunk("{\"type\""), false;  // killed in the middle of an event
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  auto watch = open(*client, "5");
  for (const char* name : {"p0", "p1", "p2"}) EXPECT_EQ(next_name(*watch), name);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].query("resourceVersion"), "5");
  EXPECT_EQ(requests[1].query("resourceVersion"), "10");
  EXPECT_EQ(requests[2].query("resourceVersion"), "11");
}

TEST(Watch, ResumesFromABookmark) {
  FakeServer server([](Exchange& exchange) {
    exchange.begin_chunked();
    if (exchange.request.number == 0) {
      exchange.event("BOOKMARK", object_of("mark", "77"));
      return exchange.end_chunks(), true;
    }
    exchange.event("ADDED", object_of("a", "78"));
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  auto watch = open(*client);
  EXPECT_EQ(next_name(*watch), "mark");
  EXPECT_EQ(next_name(*watch), "a");
  EXPECT_EQ(server.requests()[1].query("resourceVersion"), "77");
}

TEST(Watch, GoneAtTheStartAndGoneInTheStream) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.query("resourceVersion") == "1") return exchange.status(410, "Expired"), true;
    exchange.begin_chunked();
    exchange.event("ADDED", object_of("a", "3"));
    exchange.event("ERROR", json::object{{"kind", "Status"}, {"code", 410}, {"reason", "Expired"}});
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  ListOptions options;
  options.resource_version = "1";
  const auto refused = client->watch(resources::kPods, "n", options);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().gone());

  auto watch = open(*client, "2");
  EXPECT_EQ(next_name(*watch), "a");  // what came before the error is told first
  for (int i = 0; i < 2; ++i) {
    const auto event = watch->next(seconds(5));
    ASSERT_FALSE(event);
    EXPECT_TRUE(event.error().gone());
    EXPECT_TRUE(watch->ended());
  }
}

TEST(Watch, GoneWhileResuming) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.number > 0) return exchange.status(410, "Expired"), true;
    exchange.begin_chunked();
    exchange.event("ADDED", object_of("a", "3"));
    return exchange.end_chunks(), true;
  });
  auto client = server.client();
  auto watch = open(*client);
  EXPECT_EQ(next_name(*watch), "a");
  const auto event = watch->next(seconds(5));
  ASSERT_FALSE(event);
  EXPECT_TRUE(event.error().gone());
}

TEST(Watch, AnotherErrorEventIsToldAndTheWatchGoesOn) {
  FakeServer server([](Exchange& exchange) {
    exchange.begin_chunked();
    if (exchange.request.number == 0) {
      exchange.event("ERROR", json::object{{"kind", "Status"}, {"code", 500}, {"message", "etcd is tired"}});
    } else {
      exchange.event("ADDED", object_of("a", "3"));
    }
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  auto watch = open(*client);
  EXPECT_NE(next_name(*watch).find("500: etcd is tired"), std::string::npos);
  EXPECT_EQ(next_name(*watch), "a");
}

TEST(Watch, PausesWhenConnectionsServeNothing) {
  FakeServer server([](Exchange& exchange) {
    exchange.begin_chunked();
    return exchange.end_chunks(), true;
  });
  auto client = server.client();
  auto watch = open(*client);
  EXPECT_EQ(next_name(*watch, milliseconds(500)), "nothing");
  EXPECT_LE(server.requests().size(), 6u);
  EXPECT_GE(server.requests().size(), 2u);
}

TEST(Watch, AServerThatIsGoneIsAnErrorEachTime) {
  auto server = std::make_unique<FakeServer>([](Exchange& exchange) {
    exchange.begin_chunked();
    exchange.wait_for_close();
    return false;
  });
  auto client = server->client();
  auto watch = open(*client);
  server.reset();
  for (int i = 0; i < 2; ++i) {
    const auto event = watch->next(seconds(5));
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().transport, ErrorKind::kInfrastructure);
    EXPECT_FALSE(watch->ended());
  }
}

TEST(Watch, EndsOnCancellation) {
  FakeServer server([](Exchange& exchange) {
    exchange.begin_chunked();
    exchange.wait_for_close();
    return false;
  });
  auto client = server.client();
  auto watch = open(*client);
  CancelSource source;
  std::thread stopper([&] { source.cancel(); });
  const auto event = watch->next(seconds(60), source.token());
  stopper.join();
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().transport, ErrorKind::kCancelled);
}

TEST(Watch, BrokenJsonAndForeignDocumentsEndIt) {
  for (const char* text : {"{\"type\": nonsense", "{\"hello\": 1}"}) {
    FakeServer server([text](Exchange& exchange) {
      exchange.begin_chunked();
      exchange.chunk(text);
      exchange.wait_for_close();
      return false;
    });
    auto client = server.client();
    auto watch = open(*client);
    EXPECT_FALSE(watch->ended());
    for (int i = 0; i < 2; ++i) {  // and it stays ended
      const auto event = watch->next(seconds(5));
      ASSERT_FALSE(event) << text;
      EXPECT_EQ(event.error().transport, ErrorKind::kInfrastructure);
      EXPECT_TRUE(watch->ended());
    }
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

}  // namespace
}  // namespace graduand::kube
