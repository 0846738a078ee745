// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/http.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kReadSize = 64u << 10;

}  // namespace

// Beast knows the grammar; reading and deadlines are the stream's.
struct HttpConnection::Parser final : http::basic_parser<false> {
  HttpHead head;
  std::string* body = nullptr;
  std::string early;  // of the body, when it came with the head

  explicit Parser(bool without_body) {
    eager(true);
    header_limit(256u << 10);
    body_limit(boost::none);
    skip(without_body);
  }
  void take(beast::string_view part) { (body != nullptr ? *body : early).append(part.data(), part.size()); }

  using Code = beast::error_code;
  using Text = beast::string_view;
  void on_request_impl(http::verb, Text, Text, int, Code& ec) override { ec = {}; }
  void on_response_impl(int code, Text, int, Code& ec) override {
    ec = {};
    head.code = code;
  }
  void on_field_impl(http::field, Text name, Text value, Code& ec) override {
    ec = {};
    head.headers.emplace_back(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  void on_header_impl(Code& ec) override { ec = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code& ec) override { ec = {}; }
  std::size_t on_body_impl(Text part, Code& ec) override {
    ec = {};
    take(part);
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, Text, Code& ec) override { ec = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, Text part, Code& ec) override {
    ec = {};
    take(part);
    return part.size();
  }
  void on_finish_impl(Code& ec) override { ec = {}; }
};

bool fit_for_header(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

std::string HttpHead::header(std::string_view name) const {
  const auto wanted = to_lower(name);
  for (const auto& [key, value] : headers) {
    if (to_lower(key) == wanted) return value;
  }
  return {};
}

HttpConnection::HttpConnection(std::unique_ptr<Stream> stream, std::string host)
    : stream_(std::move(stream)), host_(std::move(host)) {}
HttpConnection::~HttpConnection() = default;

bool HttpConnection::answered() const {
  return answered_;
}

Status HttpConnection::send(const HttpRequest& request, const Until& until) {
  parser_ = std::make_unique<Parser>(request.method == "HEAD" || request.method == "CONNECT");
  answered_ = false;
  ++requests_;
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + host_ + "\r\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  text += "\r\n";
  text += request.body;
  return stream_->write_all(text, until);
}

Result<bool> HttpConnection::fill(const Until& until) {
  input_.erase(0, consumed_);
  consumed_ = 0;
  const auto before = input_.size();
  input_.resize(before + kReadSize);
  auto got = stream_->read_some(input_.data() + before, kReadSize, until);
  input_.resize(before + (got ? *got : 0));
  if (!got) return fail(std::move(got).error());
  answered_ = answered_ || *got > 0;
  return *got > 0;
}

Result<HttpHead> HttpConnection::read_head(const Until& until) {
  while (!parser_->is_header_done()) {
    const std::size_t available = input_.size() - consumed_;
    beast::error_code ec = http::make_error_code(http::error::need_more);
    if (available > 0) consumed_ += parser_->put({input_.data() + consumed_, available}, ec);
    if (ec && ec != http::error::need_more) {
      return fail(ErrorKind::kInfrastructure, "the answer is not HTTP: " + ec.message());
    }
    if (parser_->is_header_done()) break;
    GRADUAND_TRY_ASSIGN(const bool more, fill(until));
    if (!more) return fail(ErrorKind::kInfrastructure, "the server closed the connection without an answer");
  }
  return std::move(parser_->head);
}

Result<bool> HttpConnection::read_body(std::string& out, const Until& until) {
  const auto before = out.size();
  out += std::exchange(parser_->early, {});
  parser_->body = &out;
  while (!parser_->is_done() && out.size() == before) {
    const std::size_t available = input_.size() - consumed_;
    beast::error_code ec = http::make_error_code(http::error::need_more);
    if (available > 0) consumed_ += parser_->put({input_.data() + consumed_, available}, ec);
    if (ec && ec != http::error::need_more) {
      parser_->body = nullptr;
      return fail(ErrorKind::kInfrastructure, "the answer's body is broken: " + ec.message());
    }
    // What was parsed goes to the caller now: the next bytes may come much later.
    if (ec != http::error::need_more || out.size() > before) continue;
    auto more = fill(until);
    if (more && !*more) {
      parser_->put_eof(ec);
      if (ec) more = fail(ErrorKind::kInfrastructure, "the server closed the connection in the middle of an answer");
    }
    if (!more) {
      parser_->body = nullptr;
      return fail(std::move(more).error());
    }
  }
  parser_->body = nullptr;
  return out.size() > before || !parser_->is_done();
}

bool HttpConnection::reusable() {
  return stream_ && parser_ && parser_->is_done() && parser_->keep_alive() && consumed_ == input_.size() &&
         stream_->fit_for_reuse();
}

std::unique_ptr<Stream> HttpConnection::take_stream(std::string& already_read) {
  already_read = input_.substr(consumed_);
  return std::move(stream_);
}

}  // namespace graduand::kube::internal
