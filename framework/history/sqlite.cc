// SPDX-License-Identifier: Apache-2.0
#include "framework/history/sqlite.h"

#include <sqlite3.h>
#include <unistd.h>

#include <system_error>

namespace graduand::history {
namespace {

constexpr int kPatienceMs = 60'000;

// The file as a URI that says that it does not change, which SQLite then reads without a log.
std::string immutable_uri(const std::filesystem::path& path) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (c == '%' || c == '?' || c == '#')
      uri += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
    else
      uri += c;
  }
  return uri + "?immutable=1";
}

// Nothing is in a log, and this user cannot make one: where others cannot, either, the file is as good as constant.
bool without_log(const std::filesystem::path& path) {
  const auto folder = std::filesystem::absolute(path).parent_path();
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path.string() + "-wal", ignored);
  return (ignored || size == 0) && access(folder.c_str(), W_OK) != 0;
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Database::Closer::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
  return *this;
}

Statement& Statement::bind(int index, std::string_view value) {
  sqlite3_bind_text64(statement_.get(), index, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(statement_.get());
  if (code == SQLITE_DONE) return false;
  return fail(database_->error(code));
}

Status Statement::run() {
  GRADUAND_TRY(step());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return bytes == nullptr
             ? std::string{}
             : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path) {
  auto database = std::unique_ptr<Database>(new Database);
  database->path_ = path.string();
  if (path != ":memory:" && path.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error)
      return fail(ErrorKind::kInfrastructure, "cannot create the history's folder: " + error.message(),
                  path.parent_path().string(), "name another file with --history FILE");
  }
  GRADUAND_TRY(database->connect(database->path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  GRADUAND_TRY(database->set_up());
  return database;
}

Result<std::unique_ptr<Database>> Database::open_to_read(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return fail(ErrorKind::kNotFound, "there is no such history", path.string(),
                "name another file with --history FILE; 'graduand run' and 'graduand ingest' make one");
  auto database = std::unique_ptr<Database>(new Database);
  database->path_ = path.string();
  // Not SQLITE_OPEN_READONLY: such a connection makes the two files of the write-ahead log, too, and cannot remove
  // them.
  GRADUAND_TRY(database->connect(database->path_, SQLITE_OPEN_READWRITE));
  GRADUAND_TRY(database->execute("PRAGMA query_only = ON"));
  if (auto works = database->integer("SELECT count(*) FROM sqlite_schema"); !works) {
    // What is wrong may be no more than that the log's files cannot be made in this folder.
    if (!without_log(path)) return fail(works.error());
    GRADUAND_TRY(database->connect(immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
  }
  return database;
}

Status Database::connect(const std::string& name, int flags) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(connection);
  if (code != SQLITE_OK) return fail(error(code));
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, kPatienceMs);
  return {};
}

Status Database::set_up() {
  // Turning a new file to write-ahead logging can answer "busy" at once when another process does the same, without
  // asking the busy handler; then the other one will have done it by the next try.
  constexpr int kPauseMs = 10;
  for (int waited = 0;; waited += kPauseMs) {
    const int code = sqlite3_exec(connection_.get(), "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) break;
    if ((code & 0xff) != SQLITE_BUSY || waited >= kPatienceMs) return fail(error(code));
    sqlite3_sleep(kPauseMs);
  }
  return execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;");
}

Status Database::execute(const std::string& sql) {
  if (const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
    return fail(error(code));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return fail(error(code));
  return Statement(this, statement);
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  GRADUAND_TRY_ASSIGN(Statement statement, prepare(sql));
  GRADUAND_TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

Error Database::error(int code) const {
  const std::string text = connection_ ? sqlite3_errmsg(connection_.get()) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return {ErrorKind::kUsage, "this file is not a history: it is no SQLite database", path_,
              "name another file with --history FILE"};
    case SQLITE_CORRUPT:
      return {ErrorKind::kInfrastructure, "the history is damaged: " + text, path_,
              "move it away and ingest the run directories again"};
    case SQLITE_FULL:
      return {ErrorKind::kInfrastructure, "disk full: nothing of this run was added to the history", path_, ""};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::kInfrastructure, "another process has held the history for a minute", path_, "try again"};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {ErrorKind::kInfrastructure, "cannot open the history: " + text, path_,
              "who adds to it needs a folder that can be written; or name another file with --history FILE"};
    default:
      return {ErrorKind::kInfrastructure, "history: " + text, path_, ""};
  }
}

Result<Transaction> Transaction::begin(Database& database) {
  GRADUAND_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(&database);
}

Transaction::~Transaction() {
  // Some errors have rolled it back already; then this one says so and nothing is lost.
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

Status Transaction::commit() {
  GRADUAND_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace graduand::history
