// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace graduand::cluster {

// How far back a log is read for them: a crash of a Go program ends with the stacks of its goroutines.
inline constexpr int kLastWordsLines = 400;

// What a component died of, by the end of its log: the line that a Go program's stacks come after ("panic: ...",
// "fatal error: ...", klog's "F1124 ..."), else the last two lines that are not empty. In one line, fit for a message;
// empty when the log is. Thread-safe.
std::string last_words_in(std::string_view log);

}  // namespace graduand::cluster
