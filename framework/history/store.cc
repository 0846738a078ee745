// SPDX-License-Identifier: Apache-2.0
#include "framework/history/store.h"

#include "framework/base/files.h"

namespace graduand::history {

std::filesystem::path default_history_path() {
  return user_data_dir() / "history.db";
}

Result<std::unique_ptr<StoreReader>> empty_history() {
  return open_sqlite(":memory:");
}

Result<Selection> select_from(const std::vector<results::RunContents>& runs, const Query& query) {
  if (query.up_to)
    return fail(ErrorKind::kUsage, "run directories have no numbers of ingests to look back to", {},
                "read a history instead");
  // One that lives as long as this call: then the two ways cannot differ.
  GRADUAND_TRY_ASSIGN(const auto store, open_sqlite(":memory:"));
  for (const auto& run : runs) GRADUAND_TRY(store->ingest(run));
  GRADUAND_TRY_ASSIGN(Selection selection, store->select(query));
  selection.watermark.reset();
  return selection;
}

}  // namespace graduand::history
