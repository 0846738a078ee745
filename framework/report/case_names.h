// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace graduand::report {

// How cases are called for people: by their ids, without the suite's name where all are of one suite.
class CaseNames {
 public:
  explicit CaseNames(std::vector<std::string> ids);
  // The suite whose name is left out; empty when there are several, or none.
  const std::string& suite() const { return suite_; }
  std::string of(const std::string& id) const;
  // The text with each of the ids that stands in it as a word shortened likewise. Ids of attempts stay whole.
  std::string in(std::string_view text) const;

 private:
  std::vector<std::string> ids_;  // the longest first
  std::string suite_;
};

}  // namespace graduand::report
