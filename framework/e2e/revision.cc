// SPDX-License-Identifier: Apache-2.0
#include "graduand_revision.h"

#include "framework/e2e/registry.h"

namespace graduand::e2e {

const char* build_revision() {
  return GRADUAND_REVISION;
}

}  // namespace graduand::e2e
