// SPDX-License-Identifier: Apache-2.0
// A stuck attempt, run and killed as the runner does it, against an API server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/runner/gtest/attempt.h"
#include "tests/kube/fake_server.h"
#include "tests/paths.h"

namespace graduand::e2e {
namespace {

using kube::testing::Exchange;
using kube::testing::FakeServer;
using kube::testing::list_of;
using testing::Contains;
using testing::HasSubstr;

json::value named(const std::string& name, json::object more = {}) {
  return kube::testing::object_of(name, "1", std::move(more));
}

// An API server with one pod in the namespace. It takes `delay` for each of the last words, as a busy one may.
bool serve(Exchange& exchange, milliseconds delay) {
  const auto& target = exchange.request.target;
  const auto has = [&target](const char* part) { return target.find(part) != std::string::npos; };
  if (exchange.request.method == "POST" || has("/serviceaccounts")) {
    exchange.respond_json(200,
                          has("/serviceaccounts") ? list_of("1", {named("default")}) : json::value(json::object{}));
    return true;
  }
  (void)CancelToken().wait_for(delay);
  if (has("/log")) {
    exchange.respond(200, "what the pod said\n");
  } else if (has("/events")) {
    exchange.respond_json(200, list_of("1", {named("an-event")}));
  } else if (exchange.request.method == "GET" && has("/pods")) {
    const json::value status = json::object{{"containerStatuses", json::array{json::object{{"name", "c"}}}}};
    exchange.respond_json(200, list_of("1", {named("p", {{"status", status}})}));
  } else {
    exchange.respond_json(200, json::object{});
  }
  return true;
}

class LastWords : public testing::Test {
 protected:
  // The attempt, as the runner starts it and ends it after its time limit.
  ProcessResult run(FakeServer& server) {
    const auto kubeconfig = folder_.path() / "kubeconfig";
    EXPECT_TRUE(write_file_atomically(
        kubeconfig,
        "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: "
        "{server: '" +
            server.url() + "'}}]\n"));
    results::AttemptContext context;
    context.attempt_id = "run/cell/faults/stuck/1";
    context.run_id = "run";
    context.case_id = "faults/stuck";
    context.ns = "the-namespace";
    context.kubeconfig = kubeconfig.string();
    context.time_limit = milliseconds(500);
    context.artifacts = files_.artifacts().string();
    EXPECT_TRUE(files_.prepare());
    EXPECT_TRUE(files_.write_context(context));
    auto spec = runner::attempt_process(files_, testing_support::binary_dir() + "/bin/test-suites/faults/faults",
                                        context.attempt_id, context.time_limit);
    spec.on_record_line = [](std::string_view) {};
    auto result = system_process_runner().run(spec);
    EXPECT_TRUE(result) << to_string(result.error());
    return result.value_or(ProcessResult());
  }
  std::string kept(const std::string& name) { return read_file(files_.artifacts() / name).value_or("not there"); }
  static std::vector<std::string> deletions(const FakeServer& server) {
    std::vector<std::string> all;
    for (const auto& request : server.requests())
      if (request.method == "DELETE") all.push_back(request.target);
    return all;
  }

  TempDir folder_ = TempDir::create("last-words").value();
  runner::AttemptFiles files_{folder_.path(), "cell", {"", "cell", "faults", "faults/stuck"}};
};

TEST_F(LastWords, AreSpokenBeforeTheKill) {
  FakeServer server([](Exchange& exchange) { return serve(exchange, milliseconds(300)); });
  const auto ended = run(server);
  EXPECT_TRUE(ended.timed_out);
  EXPECT_EQ(ended.signal, 0) << "it was killed";
  EXPECT_EQ(ended.exit_code, 130);
  EXPECT_THAT(kept("events.json"), HasSubstr("an-event"));
  EXPECT_THAT(kept("pods.json"), HasSubstr("\"p\""));
  EXPECT_EQ(kept("p-c.log"), "what the pod said\n");
  EXPECT_THAT(deletions(server), Contains("/api/v1/namespaces/the-namespace"));
}

// Logs come from the pod's node, which may be what is stuck.
TEST_F(LastWords, DoNotWaitForLogsThatDoNotCome) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.target.find("/log") == std::string::npos) return serve(exchange, milliseconds(0));
    exchange.wait_for_close();
    return false;
  });
  const auto ended = run(server);
  EXPECT_EQ(ended.signal, 0) << "it was killed";
  EXPECT_THAT(kept("events.json"), HasSubstr("an-event"));
  EXPECT_THAT(deletions(server), Contains("/api/v1/namespaces/the-namespace"));
}

}  // namespace
}  // namespace graduand::e2e
