// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/base/error.h"
#include "framework/results/records.h"

namespace graduand::results {

// Where records go, in the order in which they were made.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // The record is kept when it returns: a later crash of ours does not lose it. After an error (kInfrastructure, such
  // as a full disk) the run has to end. Not thread-safe.
  virtual Status append(const Record& record) = 0;
};

}  // namespace graduand::results
