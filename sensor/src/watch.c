#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In a container of cooper's own that shares another's processes: says what is opened, executed and written there, without a part in it.
   Records are those of the log: op, pid, tab, path, NUL; "P" has the parent instead of a path. A line on stdin asks for what is there so
   far and begins anew: the answer ends with "=took NUL". */

#define OUT_SPACE (1 << 16)

static struct {
  int fanotify;
  int proc;
  int descriptors;
  char out[OUT_SPACE];
  size_t length;
  struct log *seen; /* since the last question */
} watcher;

static void flush(void) {
  if (write_all(1, watcher.out, watcher.length) < 0) exit(0);
  watcher.length = 0;
}

static void say(const char *record, size_t length) {
  if (watcher.length + length + 1 > OUT_SPACE) flush();
  memcpy(watcher.out + watcher.length, record, length);
  watcher.length += length;
  watcher.out[watcher.length++] = '\0';
}

/* Up to the first process, or to one whose parent is known already. */
static void say_parents(pid_t pid) {
  char record[64];
  while (pid > 1) {
    int parent = parent_of(watcher.proc, pid);
    int length = format_text(record, sizeof record, "P%d\t%d", (int)pid, parent);
    if (parent == 0 || !log_is_new(watcher.seen, 'P', record, (size_t)length)) return;
    say(record, (size_t)length);
    pid = parent;
  }
}

static void say_event(char op, pid_t pid, const char *path, size_t length) {
  char record[PATH_SPACE + 32];
  int head = format_text(record, 32, "%c%d\t", op, (int)pid);
  if (length >= PATH_SPACE) return;
  memcpy(record + head, path, length);
  if (log_is_new(watcher.seen, op, record, (size_t)head + length)) say(record, (size_t)head + length);
}

static void tell(char op, pid_t pid, const char *path, size_t length) {
  if (op == OP_LOST) return say("#lost\t1", 7);
  say_parents(pid);
  say_event(op, pid, path, length);
}

static void drain(void) { read_events(watcher.fanotify, watcher.descriptors, tell); }

static void answer_question(void) {
  char text[256];
  ssize_t n = read(0, text, sizeof text);
  if (n <= 0) exit(0);
  drain();
  for (ssize_t i = 0; i < n; i++)
    if (text[i] == '\n') say("=took", 5);
  flush();
  log_forget(watcher.seen);
  watcher.seen = log_create();
  if (!watcher.seen) die("memory", ENOMEM);
}

static void join(void) {
  watcher.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  watcher.descriptors = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
  int root = open("/proc/1/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) die("the container's root", errno);
  watcher.fanotify = hear_mount(root);
  if (watcher.fanotify < 0) die("fanotify", -watcher.fanotify);
  close(root);
}

/* Who ends with the processes that it watches cannot tell how they ended: then the collector, elsewhere, reads what is to be heard. */
static void hand_over(int socket) {
  int error = send_fd(socket, watcher.fanotify);
  if (error) die("hand over the listener", -error);
  say("=watching", 9);
  flush();
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  exit(0);
}

int watch(int argc, char **argv) {
  int socket = argc == 2 && !strcmp(argv[0], "--socket") ? call_socket(argv[1]) : -1;
  watcher.seen = log_create();
  if (!watcher.seen) die("memory", ENOMEM);
  join();
  if (socket >= 0) hand_over(socket);
  say("=watching", 9);
  flush();
  struct pollfd polled[2] = {{0, POLLIN, 0}, {watcher.fanotify, POLLIN, 0}};
  for (;;) {
    if (poll(polled, 2, -1) < 0) continue;
    if (polled[1].revents) drain();
    if (polled[0].revents) answer_question();
    if (watcher.length > 0) flush();
  }
}
