// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/metrics.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "framework/base/text.h"

namespace graduand::kube {
namespace {

bool is_name_char(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || (!first && c >= '0' && c <= '9');
}

// One sample line, read from the front.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : rest_(line) {}

  std::string_view name() {
    std::size_t size = 0;
    while (size < rest_.size() && is_name_char(rest_[size], size == 0)) ++size;
    return take(size);
  }
  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
  }
  bool take_char(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // `{a="x",b="y"}`; true when absent. A trailing comma is allowed.
  bool labels(std::map<std::string, std::string>& out) {
    if (!take_char('{')) return true;
    for (;;) {
      skip_blanks();
      if (take_char('}')) return true;
      const auto key = name();
      skip_blanks();
      if (key.empty() || !take_char('=')) return false;
      skip_blanks();
      std::string value;
      if (!quoted(value) || !out.emplace(key, std::move(value)).second) return false;
      skip_blanks();
      if (!take_char(',') && (rest_.empty() || rest_.front() != '}')) return false;
    }
  }
  bool number(double& value) {
    std::size_t size = 0;
    while (size < rest_.size() && rest_[size] != ' ' && rest_[size] != '\t') ++size;
    auto word = take(size);
    if (word == "NaN")
      value = std::numeric_limits<double>::quiet_NaN();
    else if (word == "+Inf" || word == "Inf")
      value = std::numeric_limits<double>::infinity();
    else if (word == "-Inf")
      value = -std::numeric_limits<double>::infinity();
    else {
      if (!word.empty() && word.front() == '+') word.remove_prefix(1);
      const auto [end, ec] = std::from_chars(word.data(), word.data() + word.size(), value);
      return !word.empty() && ec == std::errc() && end == word.data() + word.size() && std::isfinite(value);
    }
    return true;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    const auto part = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return part;
  }
  bool quoted(std::string& out) {
    if (!take_char('"')) return false;
    while (!rest_.empty()) {
      char c = take(1).front();
      if (c == '"') return true;
      if (c == '\\') {
        if (rest_.empty()) return false;
        c = take(1).front();
        if (c == 'n')
          c = '\n';
        else if (c != '\\' && c != '"')
          return false;
      }
      out += c;
    }
    return false;
  }

  std::string_view rest_;
};

bool parse_sample(std::string_view line, Sample& sample) {
  LineReader reader(line);
  sample.name = std::string(reader.name());
  if (sample.name.empty()) return false;
  reader.skip_blanks();
  if (!reader.labels(sample.labels)) return false;
  reader.skip_blanks();
  if (!reader.number(sample.value)) return false;
  reader.skip_blanks();
  double timestamp = 0;
  if (!reader.done() && !reader.number(timestamp)) return false;
  reader.skip_blanks();
  return reader.done();
}

bool names(std::string_view line, std::string_view name) {
  return starts_with(line, name) && (line.size() == name.size() || !is_name_char(line[name.size()], false));
}

}  // namespace

Result<std::vector<Sample>> parse_metrics(std::string_view text, std::string_view only_name) {
  std::vector<Sample> samples;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = text.find('\n');
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (!only_name.empty() && !names(line, only_name)) continue;
    Sample sample;
    if (!parse_sample(line, sample)) {
      return fail(ErrorKind::kUsage, "not a metrics sample: " + shorten(printable(line), 120),
                  "metrics:" + std::to_string(number));
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::map<std::string, bool> feature_gates_of(std::string_view metrics_text) {
  std::map<std::string, bool> gates;
  const auto samples = parse_metrics(metrics_text, "kubernetes_feature_enabled");
  if (!samples) return gates;
  for (const auto& sample : *samples) {
    const auto name = sample.labels.find("name");
    if (name != sample.labels.end()) gates[name->second] = sample.value != 0;
  }
  return gates;
}

std::optional<double> sample_value(const std::vector<Sample>& samples, std::string_view name,
                                   const std::map<std::string, std::string>& labels) {
  for (const auto& sample : samples) {
    if (sample.name != name) continue;
    bool matches = true;
    for (const auto& [key, value] : labels) {
      const auto found = sample.labels.find(key);
      matches = matches && found != sample.labels.end() && found->second == value;
    }
    if (matches) return sample.value;
  }
  return std::nullopt;
}

}  // namespace graduand::kube
