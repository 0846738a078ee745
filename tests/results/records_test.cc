// SPDX-License-Identifier: Apache-2.0
#include "framework/results/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "framework/results/utf8.h"
#include "tests/results/sample_records.h"

namespace graduand::results {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

// Through text, as on disk.
Result<Record> through_text(const Record& record) {
  return parse_json(canonical_json(to_json(record))).and_then(record_from_json);
}

TEST(Outcome, NamesComeBack) {
  for (const Outcome one : {Outcome::kPassed, Outcome::kFailed, Outcome::kTimedOut, Outcome::kCrashed,
                            Outcome::kSkipped, Outcome::kInfraError, Outcome::kNotRun}) {
    EXPECT_EQ(parse_outcome(to_string(one)), one);
    EXPECT_EQ(ran(one), one == Outcome::kPassed || is_failure(one));
  }
  EXPECT_THAT(to_string(parse_outcome("timedout").error()), HasSubstr("did you mean 'timed-out'?"));
  EXPECT_TRUE(is_failure(Outcome::kCrashed));
  EXPECT_FALSE(is_failure(Outcome::kInfraError));
  EXPECT_FALSE(ran(Outcome::kSkipped));
}

TEST(Trigger, NamesComeBack) {
  for (const Trigger one : {Trigger::kPeriodic, Trigger::kPresubmit, Trigger::kManual, Trigger::kReproduce})
    EXPECT_EQ(parse_trigger(to_string(one)), one);
  EXPECT_FALSE(parse_trigger("cron"));
}

TEST(Record, EveryMemberOfEveryTypeComesBack) {
  const Record all[] = {sample_run(), sample_instance(), sample_transition(), sample_attempt("a", 2, Outcome::kFailed),
                        sample_fact()};
  const char* types[] = {"run", "cluster-instance", "transition", "attempt", "fact"};
  for (std::size_t i = 0; i < std::size(all); ++i) {
    const json::object object = to_json(all[i]);
    EXPECT_EQ(object.at("type").as_string(), types[i]);
    EXPECT_EQ(object.at("schema_version").as_int64(), kSchemaVersion);
    const auto back = through_text(all[i]);
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(back->index(), all[i].index());
    EXPECT_EQ(canonical_json(to_json(*back)), canonical_json(object));
    // A member that is written but not read would come back as its default.
    for (const auto& [key, value] : object) EXPECT_EQ(to_json(*back).at(key), value) << types[i] << "." << key;
  }
}

TEST(Record, NumbersAreWrittenAsDocumented) {
  const json::object attempt = to_json(Record(sample_attempt("a", 1, Outcome::kPassed)));
  EXPECT_EQ(attempt.at("seed").as_string(), "9007199254740993");
  EXPECT_EQ(canonical_json(attempt.at("took_s")), "2.001");
  EXPECT_EQ(attempt.at("started").as_string(), "2026-11-21T04:10:36Z");
}

TEST(Record, AnUnfinishedRunHasNoEnd) {
  results::Run run = sample_run();
  run.finished.reset();
  EXPECT_FALSE(to_json(Record(run)).contains("finished"));
  EXPECT_EQ(std::get<results::Run>(through_text(run).value()).finished, std::nullopt);
}

TEST(Record, ReadsWhatALaterWriterAdds) {
  json::value value = to_json(Record(sample_fact()));
  value.as_object()["novelty"] = {1, 2, 3};
  EXPECT_TRUE(record_from_json(value));
}

TEST(Record, RefusesANewerSchemaNamingBoth) {
  json::value value = to_json(Record(sample_fact()));
  value.as_object()["schema_version"] = 7;
  const auto record = record_from_json(value);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(record.error().message, "the record's schema version is 7, and this program reads up to 1");
}

TEST(Record, SaysWhatIsMissingOrWrong) {
  const auto error = [](const Record& from, const char* member, json::value replacement) {
    json::value value = to_json(from);
    if (replacement.is_null()) {
      value.as_object().erase(member);
    } else {
      value.as_object()[member] = std::move(replacement);
    }
    const auto record = record_from_json(value);
    EXPECT_FALSE(record) << member;
    return record ? "" : record.error().message;
  };
  const Attempt attempt = sample_attempt("a", 1, Outcome::kPassed);
  EXPECT_EQ(error(attempt, "type", nullptr), "record: member 'type' is missing");
  EXPECT_THAT(error(attempt, "type", "wish"), HasSubstr("'wish' is not a type of record"));
  EXPECT_THAT(error(attempt, "schema_version", 0), HasSubstr("0 is not a schema version"));
  EXPECT_EQ(error(attempt, "case_id", nullptr), "attempt: member 'case_id' is missing");
  EXPECT_THAT(error(attempt, "outcome", "fine"), HasSubstr("'fine' is not an outcome"));
  EXPECT_THAT(error(attempt, "seed", 5), HasSubstr("as a decimal string"));
  EXPECT_THAT(error(attempt, "seed", "18446744073709551616"), HasSubstr("as a decimal string"));
  EXPECT_THAT(error(attempt, "started", "yesterday"), HasSubstr("member 'started'"));
  EXPECT_THAT(error(attempt, "number", 3e9), HasSubstr("expected an integer"));
  EXPECT_THAT(error(sample_run(), "trigger", nullptr), HasSubstr("member 'trigger' is missing"));
  EXPECT_THAT(error(sample_instance(), "cell", json::object{}), HasSubstr("cell: member 'profile' is missing"));
  EXPECT_THAT(record_from_json(json::array{}).error().message, HasSubstr("expected a JSON object"));
}

TEST(Record, BrokenTextIsReplacedSoThatTheRecordCanBeRead) {
  Attempt attempt = sample_attempt("a", 1, Outcome::kFailed);
  attempt.reason = "\xff\xfe then \xe2\x82 end";
  attempt.failures[0].message = "nul \0 inside"s;
  const auto back = through_text(attempt);
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(std::get<Attempt>(*back).reason, "\uFFFD\uFFFD then \uFFFD end");
  EXPECT_EQ(std::get<Attempt>(*back).failures[0].message, attempt.failures[0].message);
}

TEST(Record, AMeasureThatIsNoNumberStaysOne) {
  Attempt attempt = sample_attempt("a", 1, Outcome::kPassed);
  attempt.measures = {{"nan", std::nan(""), ""}, {"inf", std::numeric_limits<double>::infinity(), ""}};
  const auto back = through_text(attempt);
  ASSERT_TRUE(back) << to_string(back.error());
  for (const Measure& measure : std::get<Attempt>(*back).measures) EXPECT_TRUE(std::isnan(measure.value));
}

RC_GTEST_PROP(RecordProperty, AnyAttemptComesBack, ()) {
  Attempt attempt = sample_attempt("a", 1, *rc::gen::element(Outcome::kPassed, Outcome::kFailed, Outcome::kCrashed));
  const auto text = [] { return valid_utf8(*rc::gen::arbitrary<std::string>()); };
  attempt.reason = text();
  attempt.case_id = text();
  attempt.labels = {text(), text()};
  attempt.seed = *rc::gen::arbitrary<std::uint64_t>();
  attempt.took = milliseconds(*rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000));
  attempt.started = Timestamp(std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000)));
  attempt.number = *rc::gen::arbitrary<int>();
  attempt.measures = {{text(), *rc::gen::arbitrary<double>(), text()}};
  auto back = through_text(attempt);
  RC_ASSERT(back.has_value());
  auto& read = std::get<Attempt>(*back);
  RC_ASSERT(read.reason == attempt.reason);
  RC_ASSERT(read.seed == attempt.seed);
  RC_ASSERT(read.took == attempt.took);
  RC_ASSERT(read.started == attempt.started);
  RC_ASSERT(read.number == attempt.number);
  // Boost.JSON 1.81 reads a decimal number to within the last bit or two, not always to the nearest double.
  const double value = attempt.measures[0].value;
  RC_ASSERT(std::abs(read.measures[0].value - value) <= std::abs(value) * 1e-15);
  read.measures[0].value = value;
  RC_ASSERT(canonical_json(to_json(*back)) == canonical_json(to_json(Record(attempt))));
}

RC_GTEST_PROP(RecordProperty, AnyBytesMakeAReadableRecord, (const std::string& bytes, const std::string& key)) {
  Fact fact = sample_fact();
  fact.value = json::object{{key, bytes}, {"list", json::array{bytes}}};
  fact.name = bytes;
  RC_ASSERT(through_text(fact).has_value());
}

}  // namespace
}  // namespace graduand::results
