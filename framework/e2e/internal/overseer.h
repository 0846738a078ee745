// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "framework/base/cancel.h"

namespace graduand::e2e {

// A thread that ends the process when nobody wants its result any more:
//  - the reader of the record pipe is gone (the runner was killed): at once, with 130;
//  - the attempt was told to stop and its body has not come back results::kBodyGrace later: after `last_words`, with
//  130.
class Overseer {
 public:
  // `record_fd` -1: there is no pipe to watch. `last_words` runs on the overseer's thread, beside the stuck body.
  Overseer(int record_fd, CancelToken cancel, std::function<void()> last_words);
  ~Overseer();
  Overseer(const Overseer&) = delete;
  Overseer& operator=(const Overseer&) = delete;
  // From now on a wish to stop is the caller's to act on.
  void body_returned() { body_returned_ = true; }

 private:
  void watch();
  int record_fd_;
  CancelToken cancel_;
  std::function<void()> last_words_;
  std::atomic<bool> body_returned_{false};
  int stop_fd_;
  std::thread thread_;
};

}  // namespace graduand::e2e
