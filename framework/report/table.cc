// SPDX-License-Identifier: Apache-2.0
#include "framework/report/table.h"

#include <algorithm>
#include <numeric>

namespace graduand::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastName = 8;

void put(std::string& line, const Field& field, std::size_t width, const Column& column, const TerminalStyle& style) {
  const std::string text = cut(field.text, width);
  const std::string padding(width - display_width(text), ' ');
  if (column.right) line += padding;
  line += paint(text, field.tone, style);
  if (!column.right) line += padding;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

void Table::heading(std::string text) {
  rows_.push_back({true, {{std::move(text), Tone::kBold}}});
  grouped_ = true;
}

void Table::row(std::vector<Field> fields) {
  fields.resize(columns_.size());
  rows_.push_back({false, std::move(fields)});
}

std::vector<std::size_t> Table::widths(std::size_t available) const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = display_width(columns_[c].title);
    for (const Row& row : rows_)
      if (!row.is_heading) width = std::max(width, display_width(row.fields[c].text));
    widths.push_back(width);
  }
  std::size_t total = std::accumulate(widths.begin(), widths.end(), kGap * (columns_.size() - 1));
  // The widest name gives way first, so that two names end up equally readable.
  while (total > available) {
    std::size_t widest = columns_.size();
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (columns_[c].name && widths[c] > kLeastName && (widest == columns_.size() || widths[c] > widths[widest]))
        widest = c;
    if (widest == columns_.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

std::string Table::terminal(const TerminalStyle& style) const {
  const std::size_t indent = grouped_ ? 2 : 0;
  const auto columns = static_cast<std::size_t>(std::max(style.width, 20));
  const std::vector<std::size_t> width = widths(columns - indent);
  std::string out;
  const auto line_of = [&](const std::vector<Field>& fields) {
    std::string line(indent, ' ');
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (c > 0) line += std::string(kGap, ' ');
      put(line, fields[c], width[c], columns_[c], style);
    }
    return without_trailing_spaces(line);
  };
  std::vector<Field> titles;
  for (const Column& column : columns_) titles.push_back({column.title, Tone::kDim});
  out += line_of(titles);
  for (const Row& row : rows_)
    out += row.is_heading ? paint(cut(row.fields[0].text, columns), Tone::kBold, style) + "\n" : line_of(row.fields);
  return out;
}

std::string Table::markdown() const {
  std::string out = "|";
  for (const Column& column : columns_) out += " " + column.title + " |";
  out += "\n|";
  for (const Column& column : columns_) out += column.right ? " ---: |" : " --- |";
  out += "\n";
  for (const Row& row : rows_) {
    out += "|";
    for (const Field& field : row.fields) out += " " + field.text + " |";
    out += "\n";
  }
  return out;
}

}  // namespace graduand::report
