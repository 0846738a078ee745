// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace graduand {

// Deterministic randomness from one printed seed. Not thread-safe: one per thread.
class Random {
 public:
  explicit Random(std::uint64_t seed) : seed_(seed), engine_(seed) {}
  std::uint64_t seed() const { return seed_; }
  std::uint64_t next() { return engine_(); }
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // `length` characters of [a-z0-9], fit for Kubernetes names.
  std::string name_suffix(std::size_t length);

 private:
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

// A seed from the operating system, for when the user gave none.
std::uint64_t random_seed();
// The seed of one attempt: depends only on the run's seed, the case and the attempt's number (splitmix64 over FNV-1a).
std::uint64_t derive_seed(std::uint64_t run_seed, const std::string& case_id, int number);
// A run id: UTC time and eight random characters, "20261121t041000-ab12cd34"; sorts by time, fits a label value.
std::string new_run_id();

}  // namespace graduand
