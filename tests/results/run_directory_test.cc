// SPDX-License-Identifier: Apache-2.0
#include "framework/results/run_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/results/sample_records.h"

namespace graduand::results {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class RunDirectoryTest : public ::testing::Test {
 protected:
  void append_raw(std::string_view text) { std::ofstream(path() / layout::kRecords, std::ios::app) << text; }
  std::filesystem::path path() const { return folder_.path() / "runs" / "1"; }
  TempDir folder_ = TempDir::create("run").value();
};

TEST_F(RunDirectoryTest, WhatIsAppendedIsReadInOrder) {
  results::Run run = sample_run();
  run.finished.reset();
  auto writer = RunDirectoryWriter::create(path(), run);
  ASSERT_TRUE(writer) << to_string(writer.error());
  EXPECT_EQ(writer->path(), path());
  for (const Record& record :
       {Record(sample_instance()), Record(sample_attempt("a", 1, Outcome::kPassed)), Record(sample_transition()),
        Record(sample_fact()), Record(sample_attempt("b", 1, Outcome::kFailed))}) {
    ASSERT_TRUE(writer->append(record));
  }
  // Readable while it is being written.
  EXPECT_EQ(read_run_directory(path()).value().run.finished, std::nullopt);
  ASSERT_TRUE(writer->finish(sample_run()));

  const auto contents = read_run_directory(path());
  ASSERT_TRUE(contents) << to_string(contents.error());
  EXPECT_EQ(contents->run.finished, sample_run().finished);
  EXPECT_EQ(contents->instances.size(), 1u);
  EXPECT_EQ(contents->transitions.size(), 1u);
  EXPECT_EQ(contents->facts.size(), 1u);
  ASSERT_EQ(contents->attempts.size(), 2u);
  EXPECT_EQ(contents->attempts[0].case_id, "sleep/a");
  EXPECT_EQ(contents->attempts[1].outcome, Outcome::kFailed);
  EXPECT_FALSE(contents->torn);
}

TEST_F(RunDirectoryTest, ASecondWriterIsRefusedByName) {
  const auto first = RunDirectoryWriter::create(path(), sample_run());
  ASSERT_TRUE(first);
  for (const auto& second :
       {RunDirectoryWriter::create(path(), sample_run()), RunDirectoryWriter::reopen(path(), milliseconds(0))}) {
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
    EXPECT_THAT(to_string(second.error()), HasSubstr("runs/1: another graduand is writing"));
  }
}

TEST_F(RunDirectoryTest, AFinishedRunIsNotOverwritten) {
  {
    ASSERT_TRUE(RunDirectoryWriter::create(path(), sample_run()));
  }
  const auto again = RunDirectoryWriter::create(path(), sample_run());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(to_string(again.error()), HasSubstr("--resume"));
}

TEST_F(RunDirectoryTest, ReopeningCutsATornLineAndGoesOn) {
  {
    auto writer = RunDirectoryWriter::create(path(), sample_run());
    ASSERT_TRUE(writer->append(sample_attempt("a", 1, Outcome::kPassed)));
  }
  append_raw(R"({"type":"attempt","schema)");
  const auto torn = read_run_directory(path());
  ASSERT_TRUE(torn) << to_string(torn.error());
  EXPECT_TRUE(torn->torn);
  EXPECT_EQ(torn->attempts.size(), 1u);
  {
    auto writer = RunDirectoryWriter::reopen(path());
    ASSERT_TRUE(writer) << to_string(writer.error());
    ASSERT_TRUE(writer->append(sample_attempt("b", 1, Outcome::kPassed)));
  }
  const auto whole = read_run_directory(path());
  ASSERT_TRUE(whole) << to_string(whole.error());
  EXPECT_FALSE(whole->torn);
  EXPECT_EQ(whole->attempts.size(), 2u);
}

TEST_F(RunDirectoryTest, AWholeRecordWithoutItsNewlineIsTornToo) {
  {
    ASSERT_TRUE(RunDirectoryWriter::create(path(), sample_run()));
  }
  append_raw(canonical_json(to_json(Record(sample_fact()))));  // as LineAppender will see it
  const auto contents = read_run_directory(path());
  ASSERT_TRUE(contents);
  EXPECT_TRUE(contents->torn);
  EXPECT_TRUE(contents->facts.empty());
}

TEST_F(RunDirectoryTest, ABrokenLineIsNamed) {
  {
    auto writer = RunDirectoryWriter::create(path(), sample_run());
    ASSERT_TRUE(writer->append(sample_fact()));
  }
  append_raw("{\"type\": \"fact\"}\n");
  const auto contents = read_run_directory(path());
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(contents.error().where, EndsWith("attempts.jsonl:2"));
}

TEST_F(RunDirectoryTest, ThePlanIsPartOfTheRecord) {
  ASSERT_TRUE(RunDirectoryWriter::create(path(), sample_run()));
  EXPECT_EQ(read_run_directory(path()).value().plan, std::nullopt);
  ASSERT_TRUE(write_file_atomically(path() / layout::kPlan, pretty_json(sample_plan_file())));
  const auto contents = read_run_directory(path());
  ASSERT_TRUE(contents) << to_string(contents.error());
  ASSERT_TRUE(contents->plan);
  EXPECT_EQ(contents->plan->run_id, sample_run().id);
  EXPECT_EQ(contents->plan->cells.at(0).cases.at(0).case_id, "sleep/a");
}

TEST_F(RunDirectoryTest, AMalformedOrForeignPlanIsNamed) {
  ASSERT_TRUE(RunDirectoryWriter::create(path(), sample_run()));
  json::object foreign = sample_plan_file();
  foreign["run_id"] = "another";
  for (const std::string& text : {std::string("{"), std::string("{\"plan_version\": 3}"), pretty_json(foreign)}) {
    ASSERT_TRUE(write_file_atomically(path() / layout::kPlan, text));
    const auto contents = read_run_directory(path());
    ASSERT_FALSE(contents) << text;
    EXPECT_EQ(contents.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(to_string(contents.error()), HasSubstr("plan.json")) << text;
  }
}

// 64 MiB is where reading stopped once, and a plan of a hundred thousand attempts is as large.
TEST_F(RunDirectoryTest, APlanOfAnySizeIsRead) {
  ASSERT_TRUE(RunDirectoryWriter::create(path(), sample_run()));
  std::string text = pretty_json(sample_plan_file());
  text.insert(1, std::string((64u << 20) + 1, ' '));
  ASSERT_TRUE(write_file_atomically(path() / layout::kPlan, text));
  const auto contents = read_run_directory(path());
  ASSERT_TRUE(contents) << to_string(contents.error());
  EXPECT_TRUE(contents->plan);
}

TEST_F(RunDirectoryTest, ARecordOutOfTimeIsNamedWithItsLine) {
  Attempt early = sample_attempt("early", 1, Outcome::kPassed);
  early.started = sample_time(-3);
  Attempt late = sample_attempt("late", 1, Outcome::kPassed);
  late.started = sample_time(59);
  late.took = milliseconds(3'200);  // the run ends at 60.123456
  Transition transition = sample_transition();
  transition.took = seconds(60);
  for (const Record& record : {Record(early), Record(late), Record(transition)}) {
    std::filesystem::remove_all(path());
    {
      auto writer = RunDirectoryWriter::create(path(), sample_run());
      ASSERT_TRUE(writer->append(sample_fact()));
      ASSERT_TRUE(writer->append(record));
    }
    const auto contents = read_run_directory(path());
    ASSERT_FALSE(contents);
    EXPECT_EQ(contents.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(contents.error().where, EndsWith("attempts.jsonl:2"));
    EXPECT_FALSE(contents.error().hint.empty());
  }
}

TEST_F(RunDirectoryTest, ARunThatFinishedBeforeItStartedIsRefused) {
  results::Run run = sample_run();
  run.finished = run.started - seconds(1);
  ASSERT_TRUE(RunDirectoryWriter::create(path(), run));
  const auto contents = read_run_directory(path());
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(contents.error().where, EndsWith("run.json:1"));
}

TEST_F(RunDirectoryTest, AFolderWithoutARunSaysSo) {
  std::filesystem::create_directories(path());
  for (const auto& error : {read_run_directory(path()).error(), RunDirectoryWriter::reopen(path()).error()}) {
    EXPECT_EQ(error.kind, ErrorKind::kUsage);
    EXPECT_THAT(to_string(error), HasSubstr("holds no run: run.json is missing"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(path()));
}

TEST_F(RunDirectoryTest, RunJsonMustBeARun) {
  ASSERT_TRUE(write_file_atomically(path() / layout::kRun, pretty_json(to_json(Record(sample_fact())))));
  EXPECT_THAT(to_string(read_run_directory(path()).error()), HasSubstr("expected a record of type run"));
  ASSERT_TRUE(write_file_atomically(path() / layout::kRun, "{"));
  EXPECT_THAT(to_string(read_run_directory(path()).error()), HasSubstr("run.json:1:"));
}

TEST_F(RunDirectoryTest, APathThatCannotBeAFolderIsInfrastructure) {
  ASSERT_TRUE(write_file_atomically(folder_.path() / "file", "x"));
  const auto writer = RunDirectoryWriter::create(folder_.path() / "file" / "run", sample_run());
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().kind, ErrorKind::kInfrastructure);
}

}  // namespace
}  // namespace graduand::results
