// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/attempt.h"

#include <cstdio>

#include "framework/base/text.h"
#include "framework/catalogue/need.h"
#include "framework/e2e/internal/attempt_namespace.h"
#include "framework/e2e/internal/listener.h"
#include "framework/e2e/internal/live_context.h"
#include "framework/e2e/internal/overseer.h"

namespace graduand::e2e {
namespace {

using results::Outcome;
using results::Terminal;

int exit_code(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return 0;
    case Outcome::kSkipped:
      return 4;
    case Outcome::kInfraError:
      return 5;
    default:
      return 1;
  }
}

Terminal from_error(const Error& error) {
  const bool infrastructure = error.kind == ErrorKind::kInfrastructure || error.kind == ErrorKind::kTimeout;
  return {infrastructure ? Outcome::kInfraError : Outcome::kFailed, to_string(error)};
}

// GoogleTest spreads one thought over several lines; a record's reason is one.
std::string one_line(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto& line : split(text, '\n'))
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  return shorten(join(lines, " "), 300);
}

// The body, as GoogleTest's only test.
Terminal run_body(const RegisteredCase& registered, LiveContext& context, RecordSink& sink) {
  auto* listener = new Listener(sink, context.attempt().seed);
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  listeners.Append(listener);  // GoogleTest owns it
  testing::RegisterTest("attempt", registered.identifier.c_str(), nullptr, nullptr, registered.file.c_str(),
                        registered.line, registered.factory);
  CaseBody::attach(&context);
  const int requests_before = context.requests();
  const int status = RUN_ALL_TESTS();
  const std::string infrastructure = CaseBody::infrastructure_error();
  CaseBody::attach(nullptr);

  if (listener->tests_run() != 1)
    return {Outcome::kFailed, "GoogleTest ran " + std::to_string(listener->tests_run()) + " tests instead of one"};
  if (listener->failures() > 0) return {Outcome::kFailed, one_line(listener->first_failure())};
  if (!infrastructure.empty()) return {Outcome::kInfraError, infrastructure};
  if (listener->skipped()) return {Outcome::kSkipped, listener->skip_reason()};
  if (status != 0) return {Outcome::kFailed, "GoogleTest reported a failure outside the case's body"};
  if (!context.state().heard())
    return {Outcome::kFailed, "the step ended before it was told to finish, and so did not go throughout"};
  // A check that asked the cluster nothing and measured nothing cannot have shown anything about it.
  if (context.client_or_null() != nullptr && context.requests() == requests_before && context.measures() == 0)
    return {Outcome::kFailed, "the body passed without one request to the cluster and without a measure"};
  return {Outcome::kPassed, ""};
}

// An attempt that was told to stop is killed after a while: no single request may take all of it, nor may the logs.
constexpr milliseconds kHurriedRequest = seconds(3);
constexpr milliseconds kHurriedState = seconds(6);
constexpr milliseconds kStateLimit = seconds(60);
static_assert(kHurriedState + 2 * kHurriedRequest <= results::kLastWordsGrace);

// Runs on the overseer's thread when the body is stuck, so it has a client of its own then.
void clean_up(LiveContext& context, bool keep) {
  kube::Client* client = context.client_or_null();
  if (client == nullptr) return;
  const auto& attempt = context.attempt();
  const bool hurried = context.cancel().cancelled();
  std::unique_ptr<kube::Client> own;
  if (hurried) {
    auto made =
        kube::Client::create(client->config(), {.user_agent = "graduand-e2e/last-words", .timeout = kHurriedRequest});
    if (made) own = std::move(*made);
    if (own != nullptr) client = own.get();
  }
  if (keep) keep_state(*client, attempt.ns, attempt.artifacts, hurried ? kHurriedState : kStateLimit);
  // A step's namespace is what the next one finds its state in; it goes with the cluster.
  if (!attempt.state_file.empty()) return;
  if (auto deleted = delete_namespace(*client, attempt.ns); !deleted)
    std::printf("%s\n", to_string(deleted.error()).c_str());
}

Terminal run_in_namespace(const RegisteredCase& registered, LiveContext& context, RecordSink& sink, int watched_fd) {
  kube::Client* client = context.client_or_null();
  if (client != nullptr)
    if (auto made = create_namespace(*client, context.attempt(), context.cancel()); !made) {
      clean_up(context, false);
      return from_error(made.error());
    }
  Overseer overseer(watched_fd, context.cancel(), [&] {
    clean_up(context, true);
    // Last, because it may take longer than there is: the journal on the nodes leads on from wherever it ended.
    context.put_back_in_a_hurry();
  });
  Terminal end = run_body(registered, context, sink);
  overseer.body_returned();
  if (auto restored = context.put_back(); !restored) {
    sink.send(results::Failure{registered.file, registered.line, to_string(restored.error()), true});
    if (end.outcome == Outcome::kPassed || end.outcome == Outcome::kSkipped) end = from_error(restored.error());
  }
  clean_up(context, end.outcome != Outcome::kPassed && end.outcome != Outcome::kSkipped);
  return end;
}

Terminal run(const results::AttemptContext& attempt, const RegisteredCase& registered, RecordSink& sink, int watched_fd,
             const CancelToken& cancel, const Clock& clock) {
  if (auto reason = catalogue::first_unmet(registered.options.needs, attempt.facts))
    return {Outcome::kSkipped, *reason};
  LiveContext context(attempt, registered.options.disruptive, sink, cancel, clock);
  if (auto opened = context.open(); !opened) return {Outcome::kInfraError, to_string(opened.error())};
  return run_in_namespace(registered, context, sink, watched_fd);
}

}  // namespace

int run_attempt(const results::AttemptContext& attempt, const RegisteredCase& registered, RecordSink& sink,
                int watched_fd, const CancelToken& cancel, const Clock& clock) {
  std::printf("%s seed %llu\n", attempt.case_id.c_str(), static_cast<unsigned long long>(attempt.seed));
  std::fflush(stdout);
  const Terminal end = run(attempt, registered, sink, watched_fd, cancel, clock);
  if (cancel.cancelled() && end.outcome != Outcome::kPassed) {
    std::printf("stopped by signal %d\n", cancel.signal());
    return 130;
  }
  std::printf("%s %s\n", results::to_string(end.outcome), end.reason.c_str());
  std::fflush(stdout);
  const int code = exit_code(end.outcome);
  sink.send(end);
  return code;
}

}  // namespace graduand::e2e
