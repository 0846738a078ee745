// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace graduand {

// Cuts a stream of chunks into lines. A line longer than 4 MiB is left out, so that a child cannot eat the memory.
class LineSplitter {
 public:
  using Callback = std::function<void(std::string_view line)>;
  explicit LineSplitter(Callback callback) : callback_(std::move(callback)) {}
  void feed(std::string_view chunk);

 private:
  Callback callback_;
  std::string partial_;
  bool too_long_ = false;
};

// Where one stream of a child goes: memory or a file, at most `limit` bytes of it, and its lines to a callback.
class OutputSink {
 public:
  OutputSink(std::size_t limit, const std::filesystem::path& file, LineSplitter::Callback on_line);
  ~OutputSink();
  OutputSink(const OutputSink&) = delete;
  OutputSink& operator=(const OutputSink&) = delete;

  void feed(std::string_view chunk);
  // Writes the note about what was dropped and closes the file. Call once, at the end of the stream.
  void close();

  std::string take_text() { return std::move(text_); }
  std::size_t dropped_bytes() const { return dropped_; }
  // Empty, or why the file could not be opened or written; the stream is still read to its end then.
  const std::string& error() const { return error_; }

 private:
  void open_file();
  void write_to_file(std::string_view bytes);

  std::size_t limit_;
  std::filesystem::path file_;
  int fd_ = -1;
  std::string text_;
  std::size_t kept_ = 0;
  std::size_t dropped_ = 0;
  char last_kept_ = '\n';
  std::string error_;
  LineSplitter lines_;
};

}  // namespace graduand
