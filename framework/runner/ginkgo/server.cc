// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

#include "framework/base/json.h"
#include "framework/base/random.h"

namespace graduand::runner {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;

// A process's last report holds all that its specs wrote.
constexpr std::uint64_t kLargestBody = 256u << 20;
// RFC 8470; Beast 1.81 has no name for it.
constexpr http::status kTooEarly{425};
// How long accept() waits before it tries again.
constexpr milliseconds kShortOfDescriptors{50};
// More groups than any binary has.
constexpr int kBeyondAll = 1 << 30;

struct Answer {
  http::status status = http::status::ok;
  std::string body{};
};

class Server final : public GinkgoServer {
 public:
  Server(int processes, GinkgoDealer& dealer)
      : processes_(processes), dealer_(dealer), secret_(fmt::format("{:016x}", random_seed())), acceptor_(context_) {}

  ~Server() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    // close() would leave accept() waiting.
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    if (accepting_.joinable()) accepting_.join();
    {
      const std::lock_guard lock(mutex_);
      for (Connection& one : connections_) ::shutdown(one.socket.native_handle(), SHUT_RDWR);
    }
    // No connection is added any more, and none is removed before it has been joined.
    for (Connection& one : connections_) one.thread.join();
  }

  Status listen() {
    boost::system::error_code failed;
    const tcp::endpoint loopback(asio::ip::address_v4::loopback(), 0);
    acceptor_.open(loopback.protocol(), failed);
    if (!failed) acceptor_.bind(loopback, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return fail(ErrorKind::kInfrastructure, "no port to serve Ginkgo's processes at: " + failed.message());
    port_ = acceptor_.local_endpoint().port();
    accepting_ = std::thread([this] { accept(); });
    return {};
  }

  std::vector<std::string> arguments(int process) const override {
    // A total of one would make Ginkgo run everything by itself.
    return {fmt::format("--ginkgo.parallel.process={}", process),
            fmt::format("--ginkgo.parallel.total={}", std::max(2, processes_)),
            fmt::format("--ginkgo.parallel.host=http://127.0.0.1:{}/{}/{}", port_, secret_, process)};
  }

 private:
  struct Connection {
    tcp::socket socket;
    std::thread thread{};
    bool done = false;
  };

  void accept() {
    for (;;) {
      boost::system::error_code failed;
      tcp::socket socket(context_);
      acceptor_.accept(socket, failed);
      std::unique_lock lock(mutex_);
      if (stopping_) return;
      std::erase_if(connections_, [](Connection& one) {
        if (one.done) one.thread.join();
        return one.done;
      });
      if (!failed && add(std::move(socket))) continue;
      // A client that went away, or the machine is short of descriptors or memory: that passes, and the processes wait
      // in the queue meanwhile. Nobody tells when it has passed; a connection that ends may be what it takes.
      changed_.wait_for(lock, kShortOfDescriptors);
    }
  }

  // False when there is no thread to be had: the client sees its connection end.
  bool add(tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    Connection& added = connections_.emplace_back(Connection{std::move(socket)});
    try {
      added.thread = std::thread([this, &added] { serve(added); });
    } catch (const std::system_error&) {
      connections_.pop_back();
      return false;
    }
    return true;
  }

  void serve(Connection& connection) {
    boost::beast::flat_buffer buffer;
    boost::system::error_code failed;
    while (!failed) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(kLargestBody);
      http::read(connection.socket, buffer, parser, failed);
      if (failed) break;
      const Request request = parser.release();
      const Answer answer = answer_to(request);
      http::response<http::string_body> response(answer.status, request.version());
      response.keep_alive(request.keep_alive());
      response.body() = answer.body;
      response.prepare_payload();
      http::write(connection.socket, response, failed);
      if (!request.keep_alive()) break;
    }
    connection.socket.shutdown(tcp::socket::shutdown_both, failed);
    const std::lock_guard lock(mutex_);
    connection.done = true;
    changed_.notify_all();
  }

  // "/<secret>/<process>/<what>"
  Answer answer_to(const Request& request) {
    const std::string target(request.target());
    const std::string prefix = "/" + secret_ + "/";
    if (target.compare(0, prefix.size(), prefix) != 0) return {http::status::not_found};
    int process = 0;
    const auto [end, error] = std::from_chars(target.data() + prefix.size(), target.data() + target.size(), process);
    if (error != std::errc() || process < 1 || process > std::max(2, processes_)) return {http::status::not_found};
    const std::string what(end, target.data() + target.size());
    if (request.method() == http::verb::get) return answer_get(process, what);
    if (what == "/did-run" || what == "/suite-did-end") return take_report(process, what, request.body());
    const std::lock_guard lock(mutex_);
    if (what == "/before-suite-completed") before_suite_ = request.body();
    if (what == "/report-before-suite-completed") report_before_suite_ = request.body();
    // /suite-will-begin, /emit-output, /progress-report: nothing that the reports do not say. /abort: a spec that
    // wants the whole suite to end gets the end of its own process.
    return {};
  }

  Answer answer_get(int process, const std::string& what) {
    if (what == "/counter") {
      const auto group = dealer_.next_group(process);
      if (!group && process == 1) return {http::status::gone};
      return {http::status::ok, fmt::format("{{\"Index\":{}}}", group.value_or(kBeyondAll))};
    }
    if (what == "/before-suite-state") return state_of_first(before_suite_);
    if (what == "/report-before-suite-state") return state_of_first(report_before_suite_);
    if (what == "/have-nonprimary-procs-finished" || what == "/aggregated-nonprimary-procs-report") {
      dealer_.on_last_part(process);
      for (int other = 2; other <= processes_; ++other)
        if (dealer_.alive(other)) return {kTooEarly};
      // The reports of the others are here already; the process needs nothing of them.
      return {http::status::ok, what.front() == '/' && what[1] == 'a' ? R"({"SuiteSucceeded":true})" : ""};
    }
    return {what == "/up" || what == "/abort" ? http::status::ok : http::status::not_found};
  }

  // What the first process has left for the others; they ask again after 50 ms when it is too early.
  Answer state_of_first(const std::string& state) {
    const bool alive = dealer_.alive(1);
    const std::lock_guard lock(mutex_);
    if (!state.empty()) return {http::status::ok, state};
    return {alive ? kTooEarly : http::status::gone};
  }

  Answer take_report(int process, const std::string& what, const std::string& body) {
    const auto document = parse_json(body, what, results::kGinkgoReportLimits);
    if (!document) return {http::status::bad_request};
    if (what == "/suite-did-end") {
      const json::value* reasons = value_at(*document, "SpecialSuiteFailureReasons");
      dealer_.on_suite_end(process, reasons == nullptr ? std::vector<std::string>() : strings_of(*reasons));
      return {};
    }
    auto node = results::ginkgo_node_from_json(*document);
    if (!node) return {http::status::bad_request};
    dealer_.on_node(process, std::move(*node));
    return {};
  }

  const int processes_;
  GinkgoDealer& dealer_;
  const std::string secret_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
  unsigned short port_ = 0;
  std::thread accepting_;
  std::mutex mutex_;  // for all below
  std::condition_variable changed_;
  bool stopping_ = false;
  std::list<Connection> connections_;
  std::string before_suite_;
  std::string report_before_suite_;
};

}  // namespace

Result<std::unique_ptr<GinkgoServer>> GinkgoServer::start(int processes, GinkgoDealer& dealer) {
  auto server = std::make_unique<Server>(processes, dealer);
  GRADUAND_TRY(server->listen());
  return server;
}

}  // namespace graduand::runner
