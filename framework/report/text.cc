// SPDX-License-Identifier: Apache-2.0
#include "framework/report/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/stats/binomial.h"

namespace graduand::report {
namespace {

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::string one_line(std::string_view text) {
  std::string line = printable(text);
  for (char& c : line)
    if (c == '\n' || c == '\t') c = ' ';
  return std::string(trim(line));
}

}  // namespace

std::string paint(std::string_view text, Tone tone, const TerminalStyle& style) {
  if (!style.colour || tone == Tone::kPlain || text.empty()) return std::string(text);
  const char* code = "";
  switch (tone) {
    case Tone::kPlain:
      break;
    case Tone::kBold:
      code = "1";
      break;
    case Tone::kDim:
      code = "2";
      break;
    case Tone::kGood:
      code = "32";
      break;
    case Tone::kBad:
      code = "1;31";
      break;
    case Tone::kWarn:
      code = "33";
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

Tone tone_of(graduation::Verdict verdict) {
  switch (verdict) {
    case graduation::Verdict::kPass:
      return Tone::kGood;
    case graduation::Verdict::kFail:
      return Tone::kBad;
    case graduation::Verdict::kNoEvidence:
      return Tone::kWarn;
    case graduation::Verdict::kPassWithWaivers:
    case graduation::Verdict::kWaived:
      return Tone::kWarn;
    case graduation::Verdict::kNotApplicable:
      return Tone::kDim;
  }
  return Tone::kPlain;
}

Tone tone_of(results::Outcome outcome) {
  if (results::is_failure(outcome)) return Tone::kBad;
  if (outcome == results::Outcome::kPassed) return Tone::kGood;
  return outcome == results::Outcome::kInfraError ? Tone::kWarn : Tone::kDim;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

std::string cut(std::string_view text, std::size_t width) {
  std::size_t drop = display_width(text);
  if (drop <= width) return std::string(text);
  if (width == 0) return {};
  drop -= width - 1;
  std::size_t at = 0;
  for (; drop > 0; --drop) do
      ++at;
    while (at < text.size() && !starts_code_point(text[at]));
  return "…" + std::string(text.substr(at));
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  std::vector<std::string> words;
  for (std::string& word : split(one_line(text), ' ')) {
    if (word.empty()) continue;
    if (word.front() == '%' && !words.empty())
      words.back() += " " + word;  // a number stays with its unit
    else
      words.push_back(std::move(word));
  }
  std::string out;
  std::size_t column = indent;
  for (const std::string& word : words) {
    const std::size_t length = display_width(word);
    if (!out.empty() && column + 1 + length > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!out.empty()) {
      out += ' ';
      ++column;
    }
    out += word;
    column += length;
  }
  return out;
}

std::string short_time(Timestamp time) {
  std::string text = format_rfc3339(time).substr(0, 16);
  text[10] = ' ';
  return text;
}

}  // namespace graduand::report
