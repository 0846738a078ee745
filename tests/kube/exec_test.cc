// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "framework/base/text.h"
#include "framework/kube/internal/websocket.h"
#include "tests/kube/fake_server.h"

namespace graduand::kube {
namespace {

using internal::WebSocketDecoder;
using internal::WebSocketMessage;
using testing::Exchange;
using testing::FakeServer;

// A server's frame: not masked.
std::string frame(unsigned first_byte, const std::string& payload) {
  std::string bytes(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    bytes += static_cast<char>(payload.size());
  } else if (payload.size() < 65536) {
    bytes += static_cast<char>(126);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 255);
  } else {
    bytes += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((payload.size() >> shift) & 255);
  }
  return bytes + payload;
}
std::string binary(char channel, const std::string& data) {
  return frame(0x82, std::string(1, channel) + data);
}

void accept(Exchange& exchange, const std::string& protocol) {
  exchange.send(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
      internal::websocket_accept_of(exchange.request.headers.at("sec-websocket-key")) +
      "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n");
}

constexpr const char* kSuccess = R"({"metadata":{},"status":"Success"})";
constexpr const char* kSeven =
    R"({"metadata":{},"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"7"}]}})";

ApiResult<ExecResult> run(FakeServer& server, const std::string& stdin_text = {}, milliseconds limit = seconds(10)) {
  return server.client()->exec("n", "p", "c", {"sh", "-c", "a b&c"}, limit, stdin_text);
}

TEST(WebSocket, AnswersTheKeyOfTheStandard) {  // RFC 6455 §1.3
  EXPECT_EQ(internal::websocket_accept_of("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocket, MasksWhatItSends) {
  const auto sent = internal::encode_frame(WebSocketMessage::Kind::kBinary, "hello");
  ASSERT_EQ(sent.size(), 2u + 4u + 5u);
  EXPECT_EQ(static_cast<unsigned char>(sent[0]), 0x82);
  EXPECT_EQ(static_cast<unsigned char>(sent[1]), 0x85);
  std::string text;
  for (std::size_t i = 0; i < 5; ++i) text += static_cast<char>(sent[6 + i] ^ sent[2 + i % 4]);
  EXPECT_EQ(text, "hello");
  EXPECT_EQ(internal::encode_frame(WebSocketMessage::Kind::kBinary, std::string(126, 'x')).size(), 4u + 4u + 126u);
  EXPECT_EQ(internal::encode_frame(WebSocketMessage::Kind::kBinary, std::string(65536, 'x')).size(), 10u + 4u + 65536u);
}

RC_GTEST_PROP(WebSocket, MessagesSurviveAnyCutting, (const std::vector<std::string>& payloads)) {
  std::string bytes;
  for (const auto& payload : payloads) {
    const auto half = payload.size() / 2;
    bytes += frame(0x02, payload.substr(0, half)) + frame(0x89, "ping") + frame(0x80, payload.substr(half));
  }
  const auto step = *rc::gen::inRange<std::size_t>(1, 9);
  WebSocketDecoder decoder(1u << 20);
  std::vector<std::string> got;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    decoder.feed(std::string_view(bytes).substr(at, step));
    for (;;) {
      const auto message = decoder.next();
      RC_ASSERT(message.has_value());
      if (!*message) break;
      if ((*message)->kind == WebSocketMessage::Kind::kBinary) got.push_back((*message)->payload);
    }
  }
  RC_ASSERT(got == payloads);
}

TEST(WebSocket, RefusesBrokenFrames) {
  const std::string masked = std::string("\x82\x81", 2) + "mask!";
  for (const auto& bytes : {frame(0xc2, "x"), frame(0x80, "x"), frame(0x83, "x"), frame(0x09, "x"),
                            frame(0x89, std::string(126, 'x')), masked, frame(0x82, std::string(2000, 'x'))}) {
    WebSocketDecoder decoder(1000);
    decoder.feed(bytes);
    EXPECT_FALSE(decoder.next());
  }
}

TEST(Exec, SeparatesChannelsAndTellsTheExitCode) {
  FakeServer server([](Exchange& exchange) {
    accept(exchange, "v5.channel.k8s.io");
    exchange.send(binary(1, "o") + binary(2, "e") + binary(1, "ut") + binary(9, "unknown channel") + binary(2, "rr"));
    const std::string status = kSeven;
    exchange.send(frame(0x02, "\x03" + status.substr(0, 10)) + frame(0x80, status.substr(10)) +
                  frame(0x88, "\x03\xe8"));
    exchange.wait_for_close();
    return false;
  });
  const auto result = run(server);
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->stdout_text, "out");
  EXPECT_EQ(result->stderr_text, "err");
  const auto request = server.requests()[0];
  EXPECT_EQ(
      request.target,
      "/api/v1/namespaces/n/pods/p/exec?command=sh&command=-c&command=a%20b%26c&container=c&stdout=true&stderr=true");
  EXPECT_EQ(request.headers.at("sec-websocket-protocol"), "v5.channel.k8s.io, v4.channel.k8s.io");
}

// Unmasks all complete frames of a client.
std::string unmasked(std::string bytes) {
  std::string text;
  while (bytes.size() >= 6) {
    std::size_t size = static_cast<unsigned char>(bytes[1]) & 127, head = 2;
    if (size == 126) {
      size = static_cast<unsigned char>(bytes[2]) * 256u + static_cast<unsigned char>(bytes[3]);
      head = 4;
    }
    if (bytes.size() < head + 4 + size) break;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(bytes[head + 4 + i] ^ bytes[head + i % 4]);
    bytes.erase(0, head + 4 + size);
  }
  return text;
}

TEST(Exec, SendsAndClosesStdin) {
  for (const std::string protocol : {"v5.channel.k8s.io", "v4.channel.k8s.io"}) {
    const bool closes = protocol[1] == '5';
    const auto expected = std::string(1, '\0') + "input" + (closes ? std::string("\xff\0", 2) : "");
    FakeServer server([&](Exchange& exchange) {
      accept(exchange, protocol);
      std::string got;
      while (unmasked(got).size() < expected.size()) got += exchange.receive();
      EXPECT_EQ(unmasked(got), expected);
      exchange.send(binary(3, kSuccess));
      exchange.wait_for_close();
      return false;
    });
    const auto result = run(server, "input");
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->exit_code, 0);
    EXPECT_EQ(server.requests()[0].query("stdin"), "true");
  }
}

TEST(Exec, ReadsWhileItWrites) {
  // The server writes first and reads later: a client that only wrote would wait for ever.
  FakeServer server([](Exchange& exchange) {
    accept(exchange, "v5.channel.k8s.io");
    for (int i = 0; i < 800; ++i) exchange.send(binary(1, std::string(30000, 'x')));
    for (std::size_t got = 0; got < 20000000;) {
      const auto bytes = exchange.receive();
      if (bytes.empty()) break;
      got += bytes.size();
    }
    exchange.send(binary(3, kSuccess));
    exchange.wait_for_close();
    return false;
  });
  std::string input;
  input.resize(20'000'000, 'i');
  const auto result = run(server, input, seconds(30));
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(result->stdout_text.size(), 800u * 30000u);
}

TEST(Exec, AnErrorThatIsNoExitCodeIsAnError) {
  FakeServer server([](Exchange& exchange) {
    accept(exchange, "v4.channel.k8s.io");
    exchange.send(
        binary(3, R"({"status":"Failure","reason":"InternalError","message":"no such container","code":500})"));
    exchange.wait_for_close();
    return false;
  });
  const auto result = run(server);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "InternalError");
  EXPECT_EQ(result.error().message, "no such container");
}

TEST(Exec, ARefusedUpgradeTellsTheServersWords) {
  FakeServer server([](Exchange& exchange) { return exchange.status(403, "Forbidden", "no exec for you"), true; });
  const auto result = run(server);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().forbidden());
  EXPECT_EQ(result.error().message, "no exec for you");
}

TEST(Exec, AnAnswerToAnotherKeyOrProtocolIsRefused) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.number == 0) return accept(exchange, "v3.channel.k8s.io"), false;
    exchange.send(
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n"
        "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n");
    return false;
  });
  EXPECT_FALSE(run(server));
  EXPECT_FALSE(run(server));
}

TEST(Exec, EndsAtItsLimit) {
  FakeServer server([](Exchange& exchange) {
    accept(exchange, "v5.channel.k8s.io");
    exchange.send(frame(0x89, "ping"));
    exchange.wait_for_close();
    return false;
  });
  const auto result = run(server, {}, milliseconds(100));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().transport, ErrorKind::kTimeout);
}

TEST(Exec, AConnectionThatEndsWithoutAnExitCodeIsAnError) {
  FakeServer server([](Exchange& exchange) {
    accept(exchange, "v5.channel.k8s.io");
    exchange.send(binary(1, "out"));
    return false;
  });
  const auto result = run(server);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().transport, ErrorKind::kInfrastructure);
}

}  // namespace
}  // namespace graduand::kube
