// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "framework/report/report.h"

namespace graduand::report {
namespace {

constexpr int kLeastWidth = 60;
constexpr int kMostWidth = 200;

int asked_width() {
  const char* text = std::getenv("COLUMNS");
  if (text == nullptr) return 0;
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  return end != text && *end == '\0' && value > 0 && value < 10'000 ? static_cast<int>(value) : 0;
}

}  // namespace

TerminalStyle terminal_style_for_stdout(bool all) {
  TerminalStyle style;
  style.all = all;
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  style.colour = terminal && (no_colour == nullptr || *no_colour == '\0');
  winsize size{};
  if (const int asked = asked_width(); asked > 0)
    style.width = asked;
  else if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.width = size.ws_col;
  style.width = std::clamp(style.width, kLeastWidth, kMostWidth);
  return style;
}

}  // namespace graduand::report
