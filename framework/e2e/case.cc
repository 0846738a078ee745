// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/case.h"

#include "framework/e2e/case_error.h"

namespace graduand::e2e {
namespace {

Context* attached = nullptr;
std::string infrastructure;

}  // namespace

void CaseBody::attach(Context* context) {
  attached = context;
  infrastructure.clear();
}

const std::string& CaseBody::infrastructure_error() {
  return infrastructure;
}

Context& CaseBody::ctx() const {
  if (attached == nullptr) throw CaseError("the case runs outside an attempt: start it through suite_main", false);
  return *attached;
}

// GoogleTest would catch the exception too, but it would forget where it was thrown and whose trouble it is.
void CaseBody::TestBody() {
  try {
    body();
  } catch (const CaseSkipped& skipped) {
    GTEST_SKIP() << skipped.what();
  } catch (const CaseError& error) {
    if (error.infrastructure()) {
      infrastructure = error.what();
      return;
    }
    GTEST_MESSAGE_AT_(error.where().file_name(), static_cast<int>(error.where().line()), error.what(),
                      testing::TestPartResult::kFatalFailure);
  }
}

}  // namespace graduand::e2e
