// SPDX-License-Identifier: Apache-2.0
#include "framework/base/random.h"

#include <fmt/format.h>
#include <sys/random.h>

#include "framework/base/clock.h"

namespace graduand {
namespace {

// Vigna's splitmix64 finaliser: every input bit reaches every output bit.
std::uint64_t splitmix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t Random::below(std::uint64_t bound) {
  // Values below 2^64 mod bound are thrown away, so that every remainder is equally likely.
  const std::uint64_t reject_below = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t value = next();
    if (value >= reject_below) return value % bound;
  }
}

std::string Random::name_suffix(std::size_t length) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string suffix;
  suffix.reserve(length);
  for (std::size_t i = 0; i < length; ++i) suffix += kAlphabet[below(sizeof kAlphabet - 1)];
  return suffix;
}

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) == static_cast<ssize_t>(sizeof seed)) return seed;
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

std::uint64_t derive_seed(std::uint64_t run_seed, const std::string& case_id, int number) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a, 64 bits
  for (const char c : case_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  const std::uint64_t seeded = splitmix64(run_seed ^ splitmix64(hash));
  return splitmix64(seeded ^ static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
}

std::string new_run_id() {
  const Timestamp now = system_clock().now();
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(now - day)};
  Random random(random_seed());
  return fmt::format("{:04}{:02}{:02}t{:02}{:02}{:02}-{}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), random.name_suffix(8));
}

}  // namespace graduand
