// SPDX-License-Identifier: Apache-2.0
#include "framework/base/yaml/yaml.h"

#include <fmt/format.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/base/yaml/yaml_check.h"
#include "framework/base/yaml/yaml_scalar.h"

namespace graduand {

Result<YamlDocument> YamlDocument::parse(std::string_view text, std::string source, const YamlLimits& limits) {
  GRADUAND_TRY(check_yaml_text(text, source, limits));
  YamlDocument document;
  try {
    document.root_ = YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::kUsage, "not valid YAML: " + error.msg, yaml_position(source, error.mark));
  } catch (const std::exception& error) {
    return fail(ErrorKind::kUsage, fmt::format("not readable as YAML: {}", error.what()), source);
  }
  document.source_ = std::move(source);
  return document;
}

Result<YamlDocument> YamlDocument::load(const std::filesystem::path& path, const YamlLimits& limits) {
  GRADUAND_TRY_ASSIGN(const std::string text, read_file(path, limits.max_bytes));
  return parse(text, path.string(), limits);
}

std::string YamlDocument::where(const YAML::Node& node) const {
  return yaml_position(source_, node.IsDefined() ? node.Mark() : YAML::Mark::null_mark());
}

struct YamlReader::Impl {
  struct Entry {
    std::string key;
    YAML::Node key_node;
    YAML::Node value;
    bool asked = false;
  };

  const YamlDocument& document;
  YAML::Node node;
  std::string what;
  std::vector<Entry> entries{};
  std::vector<std::string> known{};
  std::optional<Error> first_error{};

  void record(Error error) {
    if (!first_error) first_error = std::move(error);
  }

  const Entry* find(std::string_view key) const {
    for (const Entry& entry : entries)
      if (entry.key == key) return &entry;
    return nullptr;
  }

  // The value, marked as asked for; nullptr when absent or after an error.
  const Entry* ask(std::string_view key) {
    known.emplace_back(key);
    for (Entry& entry : entries) {
      if (entry.key != key) continue;
      entry.asked = true;
      return first_error ? nullptr : &entry;
    }
    return nullptr;
  }

  // As ask(), but an entry without a value ("gates:" with everything below it commented out) counts as absent.
  const Entry* ask_filled(std::string_view key) {
    const Entry* entry = ask(key);
    return entry != nullptr && entry->value.IsNull() ? nullptr : entry;
  }

  // A value's own position; an empty value has none, then its key's.
  std::string where(const Entry& entry) const {
    const bool positioned = entry.value.IsDefined() && !entry.value.IsNull();
    return document.where(positioned ? entry.value : entry.key_node);
  }

  void wrong_type(const Entry& entry, std::string_view wanted) {
    record(Error{ErrorKind::kUsage,
                 fmt::format("'{}' must be {}, got {}", entry.key, wanted, describe_node(entry.value)), where(entry)});
  }

  void missing(std::string_view key) {
    record(Error{ErrorKind::kUsage, fmt::format("{} needs the key '{}'", what, key), document.where(node)});
  }

  template <class T>
  std::optional<T> scalar(std::string_view key, std::optional<T> (*convert)(const YAML::Node&),
                          std::string_view wanted) {
    const Entry* entry = ask(key);
    if (entry == nullptr) return std::nullopt;
    std::optional<T> value = convert(entry->value);
    if (!value) wrong_type(*entry, wanted);
    return value;
  }
};

YamlReader::YamlReader(const YamlDocument& document, const YAML::Node& node, std::string what)
    : impl_(new Impl{document, node, std::move(what)}) {
  if (!node.IsDefined() || !node.IsMap()) {
    impl_->record(Error{ErrorKind::kUsage,
                        fmt::format("{} must be a mapping, got {}", impl_->what, describe_node(node)),
                        document.where(node)});
    return;
  }
  for (const auto& entry : node) impl_->entries.push_back({entry.first.Scalar(), entry.first, entry.second});
}

YamlReader::~YamlReader() = default;
YamlReader::YamlReader(YamlReader&&) noexcept = default;

std::string YamlReader::string(std::string_view key) {
  if (!has(key)) impl_->missing(key);
  return optional_string(key).value_or("");
}

std::int64_t YamlReader::integer(std::string_view key) {
  if (!has(key)) impl_->missing(key);
  return optional_int(key).value_or(0);
}

std::optional<std::string> YamlReader::optional_string(std::string_view key) {
  return impl_->scalar(key, as_text, "text");
}

std::optional<std::int64_t> YamlReader::optional_int(std::string_view key) {
  return impl_->scalar(key, as_integer, "an integer");
}

std::optional<double> YamlReader::optional_double(std::string_view key) {
  return impl_->scalar(key, as_double, "a number");
}

std::optional<bool> YamlReader::optional_bool(std::string_view key) {
  return impl_->scalar(key, as_bool, "true or false");
}

std::optional<milliseconds> YamlReader::optional_duration(std::string_view key) {
  const std::optional<std::string> text = impl_->scalar(key, as_text, "a duration such as 90s");
  if (!text) return std::nullopt;
  auto duration = parse_duration(*text);
  if (duration) return *duration;
  error(key, fmt::format("'{}': {}", key, duration.error().message), duration.error().hint);
  return std::nullopt;
}

std::vector<std::string> YamlReader::optional_strings(std::string_view key) {
  std::vector<std::string> strings;
  optional_sequence(key, [&](const YAML::Node& element) -> Status {
    GRADUAND_TRY_ASSIGN(std::string text, yaml_string(impl_->document, element, key));
    strings.push_back(std::move(text));
    return {};
  });
  return strings;
}

bool YamlReader::has(std::string_view key) const {
  return impl_->find(key) != nullptr;
}

std::optional<json::value> YamlReader::optional_json(std::string_view key) {
  const Impl::Entry* entry = impl_->ask(key);
  if (entry == nullptr) return std::nullopt;
  auto value = yaml_to_json(impl_->document, entry->value);
  if (value) return *std::move(value);
  impl_->record(std::move(value).error());
  return std::nullopt;
}

std::size_t YamlReader::optional_sequence(std::string_view key, const std::function<Status(const YAML::Node&)>& each) {
  const Impl::Entry* entry = impl_->ask_filled(key);
  if (entry == nullptr) return 0;
  if (!entry->value.IsSequence()) {
    impl_->wrong_type(*entry, "a list");
    return 0;
  }
  for (const YAML::Node& element : entry->value) {
    if (Status status = each(element); !status) {
      impl_->record(std::move(status).error());
      break;
    }
  }
  return entry->value.size();
}

std::size_t YamlReader::optional_map(std::string_view key,
                                     const std::function<Status(const std::string&, const YAML::Node&)>& each) {
  const Impl::Entry* entry = impl_->ask_filled(key);
  if (entry == nullptr) return 0;
  if (!entry->value.IsMap()) {
    impl_->wrong_type(*entry, "a mapping");
    return 0;
  }
  for (const auto& member : entry->value) {
    if (Status status = each(member.first.Scalar(), member.second); !status) {
      impl_->record(std::move(status).error());
      break;
    }
  }
  return entry->value.size();
}

std::optional<YamlReader> YamlReader::optional_mapping(std::string_view key) {
  const Impl::Entry* entry = impl_->ask_filled(key);
  if (entry == nullptr) return std::nullopt;
  return YamlReader(impl_->document, entry->value, fmt::format("'{}'", key));
}

void YamlReader::error(std::string_view key, std::string message, std::string hint) {
  const Impl::Entry* entry = impl_->find(key);
  const std::string where = entry != nullptr ? impl_->where(*entry) : impl_->document.where(impl_->node);
  impl_->record(Error{ErrorKind::kUsage, std::move(message), where, std::move(hint)});
}

void YamlReader::expect_one_of(std::string_view key, const std::string& value,
                               const std::vector<std::string>& allowed) {
  for (const std::string& one : allowed)
    if (one == value) return;
  error(key, fmt::format("'{}' must be one of {}; got '{}'", key, join(allowed, ", "), shorten(printable(value), 60)),
        did_you_mean_hint(value, allowed));
}

Status YamlReader::finish() {
  if (impl_->first_error) return fail(*impl_->first_error);
  for (const Impl::Entry& entry : impl_->entries) {
    if (entry.asked) continue;
    std::string hint = did_you_mean_hint(entry.key, impl_->known);
    if (hint.empty()) hint = "known keys: " + join(impl_->known, ", ");
    return fail(ErrorKind::kUsage,
                fmt::format("unknown key '{}' in {}", shorten(printable(entry.key), 80), impl_->what),
                impl_->document.where(entry.key_node), std::move(hint));
  }
  return {};
}

}  // namespace graduand
