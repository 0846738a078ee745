// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/status.h"

#include <gtest/gtest.h>

#include "framework/kube/resource.h"

namespace graduand::kube {
namespace {

constexpr const char* kInvalid = R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
  "message":"Pod \"x\" is invalid: spec.containers: Required value","reason":"Invalid",
  "details":{"name":"x","kind":"Pod","retryAfterSeconds":3,"causes":[
    {"reason":"FieldValueRequired","message":"Required value","field":"spec.containers"}]},"code":422})";

TEST(ParseStatus, ReadsReasonCausesAndPatience) {
  const auto error = parse_status(422, kInvalid, "POST /api/v1/namespaces/n/pods");
  EXPECT_TRUE(error.from_server());
  EXPECT_TRUE(error.invalid());
  EXPECT_EQ(error.reason, "Invalid");
  EXPECT_EQ(error.retry_after, seconds(3));
  ASSERT_EQ(error.causes.size(), 1u);
  EXPECT_EQ(error.causes[0].reason, "FieldValueRequired");
  EXPECT_EQ(error.causes[0].message, "Required value");
  EXPECT_EQ(error.causes[0].field, "spec.containers");
  EXPECT_EQ(to_string(error),
            "POST /api/v1/namespaces/n/pods: 422 Invalid: Pod \"x\" is invalid: spec.containers: Required value");
}

TEST(ParseStatus, KeepsABodyThatIsNoStatus) {
  const auto error = parse_status(502, "<html>\nbad \x1b[31mgateway\n</html>" + std::string(2000, 'x'), "GET /x");
  EXPECT_EQ(error.http_code, 502);
  EXPECT_EQ(error.reason, "");
  EXPECT_EQ(to_string(error).find('\n'), std::string::npos);
  EXPECT_EQ(to_string(error).find('\x1b'), std::string::npos);
  EXPECT_LT(error.message.size(), 600u);
}

TEST(ParseStatus, TellsConflictsApart) {
  ApiError error;
  error.http_code = 409;
  error.reason = "AlreadyExists";
  EXPECT_TRUE(error.already_exists());
  EXPECT_FALSE(error.conflict());
  error.reason = "Conflict";
  EXPECT_TRUE(error.conflict());
  error.http_code = 410;
  error.reason = "";
  EXPECT_TRUE(error.gone());
}

TEST(ToError, KeepsProductAndInfrastructureApart) {
  const auto kind_of = [](int code, const char* reason, ErrorKind transport) {
    ApiError error;
    error.http_code = code;
    error.reason = reason;
    error.transport = transport;
    return to_error(error).kind;
  };
  EXPECT_EQ(kind_of(0, "", ErrorKind::kTimeout), ErrorKind::kTimeout);
  EXPECT_EQ(kind_of(0, "", ErrorKind::kInfrastructure), ErrorKind::kInfrastructure);
  EXPECT_EQ(kind_of(500, "InternalError", ErrorKind::kInternal), ErrorKind::kProduct);
  EXPECT_EQ(kind_of(404, "NotFound", ErrorKind::kInternal), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(409, "AlreadyExists", ErrorKind::kInternal), ErrorKind::kConflict);
}

TEST(ResourcePath, NamesEveryPart) {
  using namespace resources;
  EXPECT_EQ(resource_path(kPods, "n"), "/api/v1/namespaces/n/pods");
  EXPECT_EQ(resource_path(kPods, ""), "/api/v1/pods");
  EXPECT_EQ(resource_path(kPods, "n", "p", "log"), "/api/v1/namespaces/n/pods/p/log");
  EXPECT_EQ(resource_path(kNodes, "n", "a"), "/api/v1/nodes/a");
  EXPECT_EQ(resource_path(kLeases, "n", "system:a/b"),
            "/apis/coordination.k8s.io/v1/namespaces/n/leases/system%3Aa%2Fb");
}

}  // namespace
}  // namespace graduand::kube
