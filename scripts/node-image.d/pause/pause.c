// SPDX-License-Identifier: Apache-2.0
// The process that holds a pod's namespaces open: it reaps orphans, and ends on SIGINT or SIGTERM.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void finish(int signal_number) { (void)signal_number, _exit(0); }
static void reap(int signal_number) { (void)signal_number; while (waitpid(-1, 0, WNOHANG) > 0) {} }

int main(void) {
  signal(SIGINT, finish), signal(SIGTERM, finish), signal(SIGCHLD, reap);
  for (;;) pause();
}
