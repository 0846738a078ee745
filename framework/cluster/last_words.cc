// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/last_words.h"

#include <algorithm>
#include <cctype>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

bool is_fatal(std::string_view line) {
  if (starts_with(line, "panic: ") || starts_with(line, "fatal error: ")) return true;
  const std::string_view date = line.substr(0, 5);  // klog: a letter for the severity, month and day
  return date.size() == 5 && date.front() == 'F' &&
         std::all_of(date.begin() + 1, date.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::string last_words_in(std::string_view log) {
  const auto lines = split(log, '\n');
  bool stacks = false;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (stacks && is_fatal(*line)) return last_lines(*line, 1);
    stacks = stacks || starts_with(*line, "goroutine ");
  }
  return last_lines(log, 2);
}

}  // namespace graduand::cluster
