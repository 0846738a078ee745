// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/case.h"

GRADUAND_SUITE_MAIN("skew")
