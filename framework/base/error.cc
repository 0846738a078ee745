// SPDX-License-Identifier: Apache-2.0
#include "framework/base/error.h"

namespace graduand {

std::string to_string(const Error& error) {
  std::string text = error.where.empty() ? error.message : error.where + ": " + error.message;
  if (!error.hint.empty()) text += "\n  hint: " + error.hint;
  return text;
}

const char* to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return "usage";
    case ErrorKind::kNothingSelected:
      return "nothing-selected";
    case ErrorKind::kInfrastructure:
      return "infrastructure";
    case ErrorKind::kProduct:
      return "product";
    case ErrorKind::kNotFound:
      return "not-found";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace graduand
