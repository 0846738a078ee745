// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cli/run/run_prepare.h"

namespace graduand::cli {

// What is made of a run directory after its last record: junit.xml, the tables (or --json) on stdout, and the history.
// Prints what of that failed, and goes on with the rest. Returns the exit code of the whole run, which is more than
// this invocation's part of a resumed one; the worse one where something failed here, too.
int conclude_run(const Prepared& prepared, bool as_json, bool interrupted);

}  // namespace graduand::cli
