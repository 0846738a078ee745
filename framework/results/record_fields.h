// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/catalogue/json_codec.h"
#include "framework/results/records.h"

// The parts that records and the protocol have in common, for the codec of the catalogue.
namespace graduand::results {

json::value encode(const Failure& failure);
json::value encode(const Measure& measure);
Status decode(const json::value& value, Outcome& out);
Status decode(const json::value& value, Trigger& out);
Status decode(const json::value& value, Failure& out);
Status decode(const json::value& value, Measure& out);

}  // namespace graduand::results
