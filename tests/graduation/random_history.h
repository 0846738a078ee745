// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/graduation/adversary.h"

// Histories at random, for laws that hold of every one: rapidcheck draws them, and makes failing ones small.
namespace graduand::graduation::test {

// Sixteen days of everything that a pass needs, with up to six things changed: runs gone, killed, moved or started by
// somebody, attempts that ended otherwise, clusters that were not read back.
World random_world();
// One of these, drawn.
std::size_t any_of(std::size_t count);
// The same history under other ids and names of cells, its records in another order.
void rename_and_shuffle(World& world);

// What must be equal where a law says that nothing changes: each rule's verdict, with the numbers where asked.
std::vector<std::string> verdicts(const Judgement& judgement, bool with_counts);
// fail 0, no-evidence 1, pass 2 (with waivers and not-applicable, too).
int rank(Verdict verdict);

}  // namespace graduand::graduation::test
