// SPDX-License-Identifier: Apache-2.0
// What is said later about records, and how a history is read as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/json.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using testing::HasSubstr;
using testing_support::Program;
using testing_support::program_with_faults;

class MarkVerb : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("mark").value();
  Program program_ = program_with_faults(dir_.path());
  fs::path out_ = dir_.path() / "out";
  std::string history_ = (dir_.path() / "h.db").string();

  ProcessResult run(std::vector<std::string> more, const fs::path& out) {
    std::vector<std::string> call = {"run",        "--profile", program_.no_cluster_profile().string(),
                                     "--case",     "passes",    "--output",
                                     out.string(), "--history", history_};
    call.insert(call.end(), more.begin(), more.end());
    return program_.run(call);
  }
  std::string attempt_id() { return results::read_run_directory(out_).value().attempts.at(0).id; }
  ProcessResult mark(std::vector<std::string> words) {
    words.insert(words.begin(), "mark");
    words.insert(words.end(), {"--history", history_});
    return program_.run(words);
  }
};

TEST_F(MarkVerb, RecordsAndListsAndAnEarlierHistoryHasNone) {
  ASSERT_EQ(run({}, out_).exit_code, 0);
  const auto made = mark({"infrastructure", "--attempt", attempt_id(), "--reason", "disk full", "--author", "me"});
  EXPECT_EQ(made.exit_code, 0) << made.stderr_text;
  EXPECT_THAT(made.stdout_text, testing::AllOf(HasSubstr("mark-1"), HasSubstr("disk full")));
  const auto listed = parse_json(mark({"list", "--json"}).stdout_text);
  ASSERT_TRUE(listed);
  EXPECT_EQ(array_at(*listed, "marks").size(), 1u);
  EXPECT_EQ(program_.run({"flakes", "--history", history_, "--up-to", "1"}).exit_code, 0);
  EXPECT_EQ(program_.run({"flakes", "--history", history_, "--up-to", "0"}).exit_code, 3);
  const auto beyond = program_.run({"flakes", "--history", history_, "--up-to", "3"});
  EXPECT_EQ(beyond.exit_code, 2);
  EXPECT_THAT(beyond.stderr_text, HasSubstr("the newest is 2"));
  EXPECT_EQ(program_.run({"flakes", "--run", out_.string(), "--up-to", "1"}).exit_code, 2);
}

TEST_F(MarkVerb, RefusesABlankReasonAndAHistoryThatIsNotThere) {
  const auto absent = mark({"infrastructure", "--attempt", "x", "--reason", "r", "--author", "me"});
  EXPECT_EQ(absent.exit_code, 2);
  EXPECT_THAT(absent.stderr_text, HasSubstr(history_));
  EXPECT_FALSE(std::filesystem::exists(history_));
  ASSERT_EQ(run({}, out_).exit_code, 0);
  EXPECT_EQ(mark({"infrastructure", "--attempt", attempt_id(), "--reason", " ", "--author", "me"}).exit_code, 2);
  EXPECT_EQ(mark({"infrastructure", "--attempt", attempt_id(), "--author", "me"}).exit_code, 2);
  EXPECT_THAT(mark({"list"}).stdout_text, HasSubstr("no marks"));
}

TEST_F(MarkVerb, APeriodicRunNeedsItsBuildAndABuildCountsOnce) {
  const auto without = run({"--trigger", "periodic", "--job", "ci"}, out_);
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.stderr_text, HasSubstr("--build-id"));
  const std::vector<std::string> build = {"--trigger", "periodic", "--job", "ci", "--build-id", "1"};
  ASSERT_EQ(run(build, out_).exit_code, 0);
  const auto again = run(build, dir_.path() / "again");
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.stderr_text, HasSubstr("build 1 of job ci"));
  EXPECT_FALSE(fs::exists(dir_.path() / "again")) << "it is refused before anything runs";
}

TEST_F(MarkVerb, AnAttemptOutOfTimeIsRefusedWithItsLine) {
  ASSERT_EQ(run({"--no-history"}, out_).exit_code, 0);
  auto contents = results::read_run_directory(out_).value();
  auto late = contents.attempts.at(0);
  late.started = *contents.run.finished + std::chrono::hours(1);
  std::string lines;
  for (const results::Record& record : {results::Record(contents.instances.at(0)), results::Record(late)})
    lines += canonical_json(results::to_json(record)) + "\n";
  ASSERT_TRUE(write_file_atomically(out_ / results::layout::kRecords, lines));
  const auto refused = program_.run({"ingest", out_.string(), "--history", history_});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.stderr_text, HasSubstr("attempts.jsonl:2"));
  EXPECT_FALSE(std::filesystem::exists(history_)) << program_.run({"flakes", "--history", history_}).stdout_text;
}

}  // namespace
}  // namespace graduand
