// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/plan/file_digest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <vector>

#include "framework/base/files.h"
#include "framework/base/processes/process_spawn.h"
#include "framework/base/text.h"

namespace graduand::runner {
namespace {

constexpr std::size_t kReadSize = 1u << 20;
constexpr std::size_t kDigits = 64;

std::string hex(const unsigned char* bytes, unsigned size) {
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) std::abort();
  }
  void feed(const void* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }
  std::string finish() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest, &size) != 1) std::abort();
    return hex(digest, size);
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

tl::unexpected<Error> cannot_read(const fs::path& file, int error) {
  return fail(error == ENOENT || error == ENOTDIR ? ErrorKind::kNotFound : ErrorKind::kInfrastructure,
              "cannot be read: " + std::generic_category().message(error), file.string());
}

}  // namespace

std::string sha256_hex(std::string_view text) {
  Sha256 sum;
  sum.feed(text.data(), text.size());
  return sum.finish();
}

Result<std::string> sha256_of_file(const fs::path& file) {
  const OwnedFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.open()) return cannot_read(file, errno);
  Sha256 sum;
  std::vector<char> buffer(kReadSize);
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count == 0) return sum.finish();
    if (count > 0)
      sum.feed(buffer.data(), static_cast<std::size_t>(count));
    else if (errno != EINTR)
      return cannot_read(file, errno);
  }
}

Result<std::string> remembered_digest(const fs::path& file, const fs::path& cache) {
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) return cannot_read(file, errno);
  const std::string identity = fmt::format("{}\n{}\n{}\n{}.{:09}", file.string(), found.st_size, found.st_ino,
                                           found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
  const fs::path kept = cache / "digests" / sha256_hex(identity);
  if (const auto digest = read_file(kept, 2 * kDigits); digest && digest->size() == kDigits) return *digest;
  GRADUAND_TRY_ASSIGN(const std::string digest, sha256_of_file(file));
  // A cache that cannot be written costs the next call its time, nothing else.
  static_cast<void>(write_file_atomically(kept, digest));
  return digest;
}

}  // namespace graduand::runner
