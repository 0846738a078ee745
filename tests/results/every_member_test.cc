// SPDX-License-Identifier: Apache-2.0
// The codecs of records are written by hand, because the words on disk are a schema that outlives the structs. What a
// described codec would have caught is caught here: a member that was added and is not written, or not read.
#include <gtest/gtest.h>

#include <boost/pfr.hpp>
#include <concepts>
#include <map>
#include <optional>
#include <vector>

#include "framework/results/records.h"
#include "tests/results/sample_records.h"

namespace graduand::results {
namespace {

// Whether both have the same value; members that the type itself compares are compared by it.
template <class T>
bool same(const T& a, const T& b);
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const T& x, const T& y) { return same(x, y); });
}
template <class K, class T>
bool same(const std::map<K, T>& a, const std::map<K, T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
}
template <class T>
bool same(const std::optional<T>& a, const std::optional<T>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (std::equality_comparable<T>) {
    return a == b;
  } else {
    bool all = true;
    boost::pfr::for_each_field(a, [&](const auto& member, auto index) {
      all = all && same(member, boost::pfr::get<decltype(index)::value>(b));
    });
    return all;
  }
}

template <class T>
void expect_every_member(const T& sample) {
  const auto back = record_from_json(to_json(Record(sample)));
  ASSERT_TRUE(back) << to_string(back.error());
  const T fresh{};
  boost::pfr::for_each_field(sample, [&](const auto& member, auto index) {
    constexpr std::size_t at = decltype(index)::value;
    EXPECT_TRUE(same(member, boost::pfr::get<at>(std::get<T>(*back)))) << "member " << at << " does not come back";
    EXPECT_FALSE(same(member, boost::pfr::get<at>(fresh))) << "member " << at << " is not set in the sample";
  });
}

TEST(EveryMember, OfARecordComesBack) {
  results::Run run = sample_run();
  run.change = "kubernetes/kubernetes#1";
  expect_every_member(run);
  expect_every_member(sample_instance());
  Transition transition = sample_transition();
  transition.measures = {{"kubeadm", 2.5, "s"}};
  expect_every_member(transition);
  Attempt attempt = sample_attempt("a", 2, Outcome::kFailed);
  attempt.phased_case = "sleep/x";
  attempt.first_phase = "on";
  attempt.source = "junit";
  expect_every_member(attempt);
  expect_every_member(sample_fact());
}

}  // namespace
}  // namespace graduand::results
