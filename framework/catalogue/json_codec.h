// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/base/clock.h"
#include "framework/base/json.h"
#include "framework/catalogue/kube_version.h"

// How values of ours become JSON and come back. encode() never fails; decode() leaves `out` alone on an error, whose
// message says what was expected (kUsage). Types of other folders join by overloads in their own namespace.
//   Timestamp                    RFC 3339 text
//   milliseconds                 seconds as a decimal number, 1.234; the member's name ends in _s
//   std::uint64_t                decimal text, because JavaScript and jq lose bits above 2^53
//   KubeVersion                  "v1.33.13"
//   a double that is not finite  null, and null is read as not-a-number
namespace graduand::catalogue {

json::value encode(const std::string& text);
json::value encode(bool flag);
json::value encode(int number);
json::value encode(std::int64_t number);
json::value encode(std::uint64_t number);
json::value encode(double number);
json::value encode(Timestamp time);
json::value encode(milliseconds duration);
json::value encode(const KubeVersion& version);
json::value encode(const json::value& value);

Status decode(const json::value& value, std::string& out);
Status decode(const json::value& value, bool& out);
Status decode(const json::value& value, int& out);
Status decode(const json::value& value, std::int64_t& out);
Status decode(const json::value& value, std::uint64_t& out);
Status decode(const json::value& value, double& out);
Status decode(const json::value& value, Timestamp& out);
Status decode(const json::value& value, milliseconds& out);
Status decode(const json::value& value, KubeVersion& out);
Status decode(const json::value& value, json::value& out);
Status decode(const json::value& value, json::object& out);

template <class T>
json::array encode(const std::vector<T>& elements) {
  json::array array;
  array.reserve(elements.size());
  for (const T& element : elements) array.emplace_back(encode(element));
  return array;
}

template <class T>
json::object encode(const std::map<std::string, T>& members) {
  json::object object;
  for (const auto& [key, member] : members) object[key] = encode(member);
  return object;
}

template <class T>
Status decode(const json::value& value, std::vector<T>& out) {
  const json::array* array = value.if_array();
  if (array == nullptr) return fail(ErrorKind::kUsage, "expected an array");
  std::vector<T> elements;
  elements.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    T element{};
    if (auto read = decode((*array)[i], element); !read) {
      return fail_with_context(std::move(read).error(), "element " + std::to_string(i));
    }
    elements.push_back(std::move(element));
  }
  out = std::move(elements);
  return {};
}

template <class T>
Status decode(const json::value& value, std::map<std::string, T>& out) {
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorKind::kUsage, "expected an object");
  std::map<std::string, T> members;
  for (const auto& [key, node] : *object) {
    T member{};
    if (auto read = decode(node, member); !read) {
      return fail_with_context(std::move(read).error(), "member '" + std::string(key) + "'");
    }
    members.emplace(std::string(key), std::move(member));
  }
  out = std::move(members);
  return {};
}

template <class T>
Status decode(const json::value& value, std::optional<T>& out) {
  T inner{};
  GRADUAND_TRY(decode(value, inner));
  out = std::move(inner);
  return {};
}

// Reads the members of one object. Unknown members are let be, so that a newer writer of the same schema can add some.
// The first error sticks and comes out of finish().
class JsonReader {
 public:
  // `what` names the object in messages: "attempt". The value must outlive the reader.
  JsonReader(const json::value& value, std::string what) : object_(value.if_object()), what_(std::move(what)) {
    if (object_ == nullptr) status_ = fail(ErrorKind::kUsage, what_ + ": expected a JSON object");
  }

  template <class T>
  void require(std::string_view key, T& out) {
    read(key, out, true);
  }
  // Absent or null leaves `out` as it is.
  template <class T>
  void get(std::string_view key, T& out) {
    read(key, out, false);
  }
  Status finish() const { return status_; }

 private:
  template <class T>
  void read(std::string_view key, T& out, bool required) {
    if (!status_) return;
    const json::value* member = object_->if_contains(key);
    if (member == nullptr || (member->is_null() && !required)) {
      if (required) status_ = fail(ErrorKind::kUsage, what_ + ": member '" + std::string(key) + "' is missing");
      return;
    }
    if (auto decoded = decode(*member, out); !decoded) {
      status_ = fail_with_context(std::move(decoded).error(), what_ + ": member '" + std::string(key) + "'");
    }
  }

  const json::object* object_;
  std::string what_;
  Status status_;
};

}  // namespace graduand::catalogue
