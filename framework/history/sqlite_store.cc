// SPDX-License-Identifier: Apache-2.0
#include <mutex>

#include "framework/history/schema.h"
#include "framework/history/sqlite_ingest.h"
#include "framework/history/sqlite_marks.h"
#include "framework/history/sqlite_select.h"
#include "framework/history/store.h"

namespace graduand::history {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Database> database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}

  Result<IngestSummary> ingest(const results::RunContents& contents) override {
    const std::lock_guard lock(mutex_);
    GRADUAND_TRY_ASSIGN(Transaction transaction, Transaction::begin(*database_));
    GRADUAND_TRY_ASSIGN(IngestSummary summary, SqliteIngest(*database_, clock_.now()).add(contents));
    GRADUAND_TRY(transaction.commit());
    return summary;
  }

  Result<Selection> select(const Query& query) override {
    const std::lock_guard lock(mutex_);
    // One read transaction, so that a run that is ingested meanwhile is seen whole or not at all.
    GRADUAND_TRY(database_->execute("BEGIN"));
    auto selection = select_now(*database_, query);
    (void)database_->execute("ROLLBACK");
    return selection;
  }

  Result<results::Mark> add_mark(results::Mark mark) override {
    const std::lock_guard lock(mutex_);
    GRADUAND_TRY_ASSIGN(Transaction transaction, Transaction::begin(*database_));
    GRADUAND_TRY_ASSIGN(mark, add_mark_now(*database_, std::move(mark), clock_.now()));
    GRADUAND_TRY(transaction.commit());
    return mark;
  }

  Result<std::vector<results::Run>> runs() override {
    const std::lock_guard lock(mutex_);
    return all_runs(*database_);
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& path, const Clock& clock) {
  GRADUAND_TRY_ASSIGN(auto database, Database::open(path));
  GRADUAND_TRY(migrate(*database, clock.now()));
  return std::make_unique<SqliteStore>(std::move(database), clock);
}

Result<std::unique_ptr<StoreReader>> open_sqlite_to_read(const std::filesystem::path& path) {
  GRADUAND_TRY_ASSIGN(auto database, Database::open_to_read(path));
  GRADUAND_TRY(check_current(*database));
  return std::make_unique<SqliteStore>(std::move(database), system_clock());
}

}  // namespace graduand::history
