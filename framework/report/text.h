// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/graduation/judge.h"
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

// "0/14  0.0 % [0.0, 23.2]": failures, rate and exact 95 % interval in percent; "–" when n is 0.
std::string rate_text(long k, long n);

// A time for people: "2026-11-21 04:10".
std::string short_time(Timestamp time);

// Text as Markdown shows it: nothing in it is markup, HTML or a table's border; line breaks become spaces.
std::string markdown_text(std::string_view text);
// Text as it is, in a fence that it cannot close.
std::string markdown_fence(std::string_view text);
// Text as `code` in one line.
std::string markdown_code(std::string_view text);

}  // namespace graduand::report
