// SPDX-License-Identifier: Apache-2.0
#include "framework/base/markdown.h"

#include <algorithm>

#include "framework/base/text.h"

namespace graduand {
namespace {

std::string one_line(std::string_view text) {
  std::string line = printable(text);
  for (char& c : line)
    if (c == '\n' || c == '\t') c = ' ';
  return std::string(trim(line));
}

// The longest run of backticks in it: a fence or code span must be longer.
std::size_t longest_backticks(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
      case '|':
      case '~':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_fence(std::string_view text) {
  const std::string content = printable(text);
  const std::string fence(std::max<std::size_t>(3, longest_backticks(content) + 1), '`');
  return fence + "text\n" + content + (content.ends_with('\n') ? "" : "\n") + fence + "\n";
}

std::string markdown_code(std::string_view text) {
  std::string line = one_line(text);
  const std::string ticks(longest_backticks(line) + 1, '`');
  // A table's cell ends at a bare |, in code too.
  for (std::size_t at = 0; (at = line.find('|', at)) != std::string::npos; at += 2) line.insert(at, 1, '\\');
  std::string code = ticks;
  const bool apart = line.starts_with('`') || line.ends_with('`');
  if (apart) code += ' ';
  code += line;
  if (apart) code += ' ';
  return code += ticks;
}

}  // namespace graduand
