// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/markdown.h"
#include "framework/graduation/rule_text.h"
#include "framework/report/report.h"

namespace graduand::report {

// What a piece of terminal text means; the style decides whether that is a colour.
enum class Tone { kPlain, kBold, kDim, kGood, kBad, kWarn };
std::string paint(std::string_view text, Tone tone, const TerminalStyle& style);
Tone tone_of(graduation::Verdict verdict);
Tone tone_of(results::Outcome outcome);

// Columns that the text takes on a terminal: one a code point. Holds for what we print; East Asian text is wider.
std::size_t display_width(std::string_view text);
// The text's end (names differ at their ends) in at most `width` columns, with "…" before it when it was cut.
std::string cut(std::string_view text, std::size_t width);
// The text in lines of at most `width` columns, broken at spaces; a longer word gets a line of its own. All lines but
// the first begin with `indent` spaces. Foreign text is made printable and its line breaks become spaces.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

using graduation::rate_text;

// A time for people: "2026-11-21 04:10".
std::string short_time(Timestamp time);

}  // namespace graduand::report
