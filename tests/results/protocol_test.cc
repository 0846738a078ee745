// SPDX-License-Identifier: Apache-2.0
#include "framework/results/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/results/sample_records.h"

namespace graduand::results {
namespace {

using ::testing::HasSubstr;

Result<Message> through_line(const Message& message) {
  return message_from_line(canonical_json(to_json(message)));
}

TEST(Message, EveryKindComesBack) {
  const Message all[] = {Measure{"delay", 1.5, "s"}, Failure{"a.cc", 3, "no\nway", true}, sample_transition(),
                         Progress{"half way"}, Terminal{Outcome::kSkipped, "needs gate X on"}};
  for (const Message& message : all) {
    const auto back = through_line(message);
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(back->index(), message.index());
    EXPECT_EQ(canonical_json(to_json(*back)), canonical_json(to_json(message)));
  }
}

TEST(Message, IsOneLine) {
  EXPECT_EQ(canonical_json(to_json(Message(Failure{"a.cc", 3, "a\nb\r\xff", false}))).find('\n'), std::string::npos);
}

TEST(Message, AProcessCannotSayThatItCrashedOrTimedOut) {
  for (const Outcome one : {Outcome::kCrashed, Outcome::kTimedOut, Outcome::kNotRun}) {
    const auto back = through_line(Terminal{one, ""});
    ASSERT_FALSE(back);
    EXPECT_THAT(back.error().message, HasSubstr("cannot report"));
  }
  for (const Outcome one : {Outcome::kPassed, Outcome::kFailed, Outcome::kSkipped, Outcome::kInfraError})
    EXPECT_EQ(std::get<Terminal>(through_line(Terminal{one, "r"}).value()).outcome, one);
}

TEST(Message, AnythingElseIsRefused) {
  for (const char* line :
       {"", "x", "{}", "[]", "null", R"({"type":"terminal"})", R"({"type":"terminal","outcome":1})",
        R"({"type":"wish"})", R"({"type":"measure","name":"x"})", R"({"type":"progress"})", R"({"type":"transition"})",
        R"({"type":"attempt","schema_version":1})", R"({"type":"terminal","outcome":"passed"} trailing)"}) {
    const auto message = message_from_line(line);
    ASSERT_FALSE(message) << line;
    EXPECT_EQ(message.error().kind, ErrorKind::kUsage) << line;
  }
}

TEST(Message, ALineHasALimit) {
  const std::string line = R"({"type":"progress","message":")" + std::string(1u << 20, 'x') + "\"}";
  EXPECT_FALSE(message_from_line(line));
  EXPECT_FALSE(message_from_line(std::string(100'000, '[')));
}

AttemptContext sample_context() {
  AttemptContext context;
  context.attempt_id = "a";
  context.run_id = "r";
  context.instance_id = "i";
  context.case_id = "s/c";
  context.seed = 18446744073709551615u;
  context.ns = "g-1";
  context.kubeconfig = "/k";
  context.kube_context = "kind-x";
  context.provider = "kind";
  context.cluster_name = "x";
  context.time_limit = milliseconds(1500);
  context.facts = sample_instance().facts;
  context.host_added_gates = {{"KubeletInUserNamespace", true}};
  context.artifacts = "/tmp/a";
  context.phase = "off";
  context.transitions = {{.phase = "off", .gates = {{"PodLifecycleSleepAction", false}}}};
  context.state_file = "/tmp/s.json";
  context.finish_file = "/tmp/finish";
  return context;
}

TEST(AttemptContext, ComesBack) {
  const json::object object = to_json(sample_context());
  const auto back = attempt_context_from_json(parse_json(canonical_json(object)).value());
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->seed, 18446744073709551615u);
  EXPECT_EQ(back->time_limit, milliseconds(1500));
  EXPECT_EQ(back->ns, "g-1");
  EXPECT_EQ(canonical_json(to_json(*back)), canonical_json(object));
}

TEST(AttemptContext, AnotherSchemaIsRefusedWithAHint) {
  json::value value = to_json(sample_context());
  value.as_object()["schema_version"] = 2;
  const auto back = attempt_context_from_json(value);
  ASSERT_FALSE(back);
  EXPECT_THAT(to_string(back.error()), HasSubstr("same version"));
}

RC_GTEST_PROP(MessageProperty, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const auto message = message_from_line(bytes);
  RC_ASSERT(message.has_value() || message.error().kind == ErrorKind::kUsage);
  RC_ASSERT(through_line(Progress{bytes}).has_value());
}

}  // namespace
}  // namespace graduand::results
