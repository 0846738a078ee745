// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/report/text.h"

namespace graduand::report {

struct Column {
  std::string title;
  bool right = false;  // numbers
  bool name = false;   // may be cut when the terminal is narrow
};

struct Field {
  std::string text;
  Tone tone = Tone::kPlain;
};

// Rows under titles, two spaces apart, without lines. Rows may be grouped under a heading.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // Starts a group; on a terminal its rows are indented by two.
  void heading(std::string text);
  void row(std::vector<Field> fields);  // as many as there are columns
  bool empty() const { return rows_.empty(); }

  // Fits into style.width by cutting names, never numbers.
  std::string terminal(const TerminalStyle& style) const;
  // A pipe table. Fields are Markdown already; groups are not supported.
  std::string markdown() const;

 private:
  struct Row {
    bool is_heading = false;
    std::vector<Field> fields;
  };
  std::vector<std::size_t> widths(std::size_t available) const;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  bool grouped_ = false;
};

}  // namespace graduand::report
