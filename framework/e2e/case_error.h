// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "framework/kube/status.h"
#include "framework/kube/wait.h"

namespace graduand::e2e {

// Ends a case's body: as a failure, or as an infra-error when the cluster could not be asked. Only thrown inside a
// body; suite_main catches it.
class CaseError : public std::runtime_error {
 public:
  CaseError(const std::string& message, bool infrastructure,
            std::source_location where = std::source_location::current())
      : std::runtime_error(message), infrastructure_(infrastructure), where_(where) {}
  bool infrastructure() const { return infrastructure_; }
  const std::source_location& where() const { return where_; }

 private:
  bool infrastructure_;
  std::source_location where_;
};

// Ends a case's body as skipped, with the reason: what it needs is not there. Only thrown inside a body.
class CaseSkipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The value of an ApiResult, or CaseError.
template <class T>
T must(kube::ApiResult<T> result, std::source_location where = std::source_location::current()) {
  if (!result) throw CaseError(kube::to_string(result.error()), !result.error().from_server(), where);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// The object that a wait waited for, or CaseError with the wait's message.
inline json::value must(kube::WaitOutcome outcome, std::source_location where = std::source_location::current()) {
  if (!outcome) throw CaseError(outcome.message, outcome.transport_failed, where);
  return std::move(outcome.object);
}

}  // namespace graduand::e2e
