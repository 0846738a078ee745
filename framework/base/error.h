// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace graduand {

// What kind of trouble it is; it decides the exit code and whether evidence is touched.
enum class ErrorKind {
  kUsage,            // the command line or a file the user wrote: exit 2
  kNothingSelected,  // exit 3
  kInfrastructure,   // Docker missing, image absent, disk full, node gone, network: exit 5
  kProduct,          // Kubernetes itself misbehaved: counts against the feature
  kNotFound,
  kConflict,
  kTimeout,
  kCancelled,  // the user asked to stop: exit 130
  kInternal,   // a bug of ours
};

// An expected failure, as a value. `message` says what happened and what was expected; `where` is file:line:column, an
// object or a node (may be empty); `hint` says what to do (may be empty).
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::string where{};
  std::string hint{};
  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

// "where: message" on the first line and "  hint: ..." on a second when there is one. No trailing newline.
std::string to_string(const Error& error);

// The name of a kind as records and --json print it, such as "infrastructure".
const char* to_string(ErrorKind kind);

// `return fail(ErrorKind::kUsage, "...")` in any function that returns a Result.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string where = {}, std::string hint = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(where), std::move(hint)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

// The same error with `context: ` before its message.
inline tl::unexpected<Error> fail_with_context(Error error, const std::string& context) {
  error.message = context + ": " + error.message;
  return tl::unexpected<Error>(std::move(error));
}

#define GRADUAND_CONCAT_(a, b) a##b
#define GRADUAND_CONCAT(a, b) GRADUAND_CONCAT_(a, b)

// GRADUAND_TRY(expr): returns the error of a Result from the enclosing function; the value is dropped.
#define GRADUAND_TRY(expr)                                                                                            \
  do {                                                                                                                \
    if (auto graduand_result = (expr); !graduand_result) return ::graduand::fail(std::move(graduand_result).error()); \
  } while (false)

// GRADUAND_TRY_ASSIGN(auto x, expr): the value, or returns the error.
#define GRADUAND_TRY_ASSIGN(declaration, expr) \
  GRADUAND_TRY_ASSIGN_(declaration, expr, GRADUAND_CONCAT(graduand_result_, __LINE__))
#define GRADUAND_TRY_ASSIGN_(declaration, expr, name)          \
  auto name = (expr);                                          \
  if (!name) return ::graduand::fail(std::move(name).error()); \
  declaration = std::move(name).value()

}  // namespace graduand
