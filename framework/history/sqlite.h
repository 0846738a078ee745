// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "framework/base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace graduand::history {

class Database;

// A prepared statement; it must not outlive its database. Not thread-safe.
class Statement {
 public:
  // Parameters count from 1. Text is copied.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view value);
  // True when there is a row; false at the end, after which the statement may be bound and stepped again.
  Result<bool> step();
  // For a statement without rows.
  Status run();
  // Makes it ready to be bound again before its last row was read.
  void reset();
  std::int64_t integer(int column) const;  // columns count from 0
  std::string text(int column) const;

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(Database* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

// One connection to a SQLite file: write-ahead log, foreign keys, full synchronisation, and a minute of patience with
// other writers. Errors are kInfrastructure with the path (kUsage when the file is no SQLite database). Not
// thread-safe.
class Database {
 public:
  // Creates the file and its folders when absent. ":memory:" is a database of its own without a file.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path);
  // A connection that refuses every change and leaves no file behind, also where nothing may be written. kNotFound when
  // there is no such file.
  static Result<std::unique_ptr<Database>> open_to_read(const std::filesystem::path& path);
  Status execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  Result<std::int64_t> integer(std::string_view sql);  // the first column of the first row
  Error error(int code) const;
  const std::string& path() const { return path_; }

 private:
  struct Closer {
    void operator()(sqlite3* connection) const;
  };
  Status connect(const std::string& name, int flags);
  Status set_up();
  std::string path_;
  std::unique_ptr<sqlite3, Closer> connection_;
};

// BEGIN IMMEDIATE until commit(); rolled back when it is destroyed before. Immediate, because a transaction that starts
// with reading and then wants to write cannot wait for another writer.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(other.database_) { other.database_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace graduand::history
