// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/replay/fixture.h"

namespace graduand::replay {

// What the judge is given for one judgement: the feature's facts, and the records that the runner would have written of
// the parts of the history that the judgement has. What happens after its as_of is in it, too.
graduation::JudgeInput expand(const Fixture& fixture, const ExpectedJudgement& judgement);

// The shipped policy, or the same with clusters of pre-releases.
graduation::Policy policy_of(const ExpectedJudgement& judgement);

}  // namespace graduand::replay
