// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/graduation/judge.h"

// Words that a verdict has on a terminal and in Markdown.
namespace graduand::report {

bool open(graduation::Verdict verdict);  // it keeps the feature from the stage
// "PodLifecycleSleepAction for stable in v1.34"
std::string subject(const graduation::Judgement& judgement);
// "fail: a; no-evidence: b, c; 3 of 6 rules pass"
std::string summary(const graduation::Judgement& judgement);
// "waived by a@b: why (until 2026-12-01)"
std::string waiver_text(const graduation::Waiver& waiver);
// "mark-3 fixed: sleep/delays since 2026-11-01T00:00:00Z, by a@b: waits for the event now"
std::string mark_text(const results::Mark& mark);
// "kubernetes (sha256:0123456789abcdef, as shipped)"
std::string policy_text(const graduation::Judgement& judgement);
// "history history.db, as it was after 12 ingests and marks (--up-to 12)"
std::string source_text(const graduation::Judgement& judgement);
// "2026-10-31 12:00 to 2026-11-30 12:00 UTC"
std::string window_text(const graduation::Judgement& judgement);
// "kubernetes-e2e (ginkgo v1.34.3-0123456789ab): 8 of 8 attempts passed"
std::string share_text(const graduation::SuiteShare& share);

}  // namespace graduand::report
