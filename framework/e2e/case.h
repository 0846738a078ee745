// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "framework/e2e/context.h"

namespace graduand::e2e {

// What the author says of a case. Use designated initialisers:
//
//   GRADUAND_CASE(prestop_sleep_delays_termination,
//                 {.name = "preStop sleep delays termination by its seconds",
//                  .features = {"PodLifecycleSleepAction"},
//                  .needs = {"gate PodLifecycleSleepAction on"},
//                  .time_limit = seconds(90)}) {
//     auto pod = create_pod(...);
//     ASSERT_TRUE(...);
//   }
//
// The body is a GoogleTest body: EXPECT_, ASSERT_, GTEST_SKIP() and matchers work in it, on its own thread. A CaseError
// (pods.h) ends it.
struct CaseOptions {
  std::string name;  // display name
  std::string description{};
  std::vector<std::string> features{};
  std::vector<std::string> labels{};
  std::vector<std::string> needs{};  // see catalogue/need.h
  milliseconds time_limit{120000};
  milliseconds expected_duration{0};
  bool serial = false;
  bool disruptive = false;  // implies serial
};

// The fixture: one attempt, its namespace and client. Members are documented in context.h.
class CaseBody : public testing::Test {
 public:
  // The context of the one attempt of this process; null takes it away.
  static void attach(Context* context);
  // Whether the body ended by a CaseError that says infrastructure, and with which message (empty: it did not).
  static const std::string& infrastructure_error();

 protected:
  Context& ctx() const;
  kube::Client& client() const { return ctx().client(); }
  const std::string& ns() const { return ctx().ns(); }
  virtual void body() = 0;

 private:
  void TestBody() final;
};

// Registers a case; `identifier` with '_' turned into '-' after the suite's name and a '/' is its stable id. Two with
// the same id, or a need that does not parse, end the program with 2 at its start.
int register_case(const char* identifier, CaseOptions options, const char* file, int line, testing::Test* (*factory)());

#define GRADUAND_CASE(identifier, ...)                                                                      \
  class Case_##identifier : public ::graduand::e2e::CaseBody {                                              \
   public:                                                                                                  \
    static ::testing::Test* make() {                                                                        \
      return new Case_##identifier;                                                                         \
    }                                                                                                       \
                                                                                                            \
   private:                                                                                                 \
    void body() override;                                                                                   \
  };                                                                                                        \
  [[maybe_unused]] static const int registered_##identifier = ::graduand::e2e::register_case(               \
      #identifier, ::graduand::e2e::CaseOptions __VA_ARGS__, __FILE__, __LINE__, &Case_##identifier::make); \
  void Case_##identifier::body()

// main() of a suite's program (linked in by the library):
//   --list-cases            the catalogue as JSON on stdout
//   --attempt FILE          run one attempt, records to descriptor 3
//   --case ID --kubeconfig FILE [--context C] [--node-access kind:CLUSTER] [--seed N]
//                           by hand, for debugging: records to stdout
// Returns 0 passed, 1 failed, 2 usage, 4 skipped, 5 infra-error, 130 stopped by a signal.
int suite_main(int argc, char** argv, const char* suite_name);

}  // namespace graduand::e2e

// Once per suite, in any of its files: the suite's name.
#define GRADUAND_SUITE_MAIN(suite_name)                         \
  int main(int argc, char** argv) {                             \
    return ::graduand::e2e::suite_main(argc, argv, suite_name); \
  }
