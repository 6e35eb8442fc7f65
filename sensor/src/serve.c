#define _GNU_SOURCE
#include "sensor.h"
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Files of a tree over stdin and stdout by SFTP, until stdin ends. Nothing in the tree leads out of it. */

#define PIDFD_OPEN 434 /* the same on every architecture */
#define LARGEST_PACKET (300u << 10)
#define REPLIES_AT_ONCE (256u << 10)

static uint8_t input[LARGEST_PACKET + 4];

static uint32_t length_at(const uint8_t *at) {
  struct packet packet = {at, at + 4, 0};
  return take_u32(&packet);
}

static void send_replies(struct reply *reply) {
  if (write_all(STDOUT_FILENO, reply->bytes, reply->length) < 0) exit(1);
  reply->length = 0;
}

/* Answers all whole packets; gives how many bytes they were. */
static size_t answer_all(int root, size_t length, struct reply *reply) {
  size_t done = 0;
  while (length - done >= 4) {
    uint32_t size = length_at(input + done);
    if (size > LARGEST_PACKET) die("a packet is too long", 0);
    if (length - done - 4 < size) break;
    struct packet packet = {input + done + 4, input + done + 4 + size, 0};
    answer(root, &packet, reply);
    done += 4 + size;
    if (reply->length > REPLIES_AT_ONCE) send_replies(reply);
  }
  return done;
}

/* The folder is the process's root, which must not be held when the process has ended. Gives a descriptor that tells of its end. */
static int watch_process(const char *text) {
  int process = (int)syscall(PIDFD_OPEN, (pid_t)number_of(text), 0);
  if (process < 0) die("the process", errno);
  return process;
}

/* 0 once the process has ended. */
static int wait_for_input(int process) {
  struct pollfd polled[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = process, .events = POLLIN}};
  while (poll(polled, 2, -1) < 0 && errno == EINTR) continue;
  return !polled[1].revents;
}

static void serve_all(int root, int process) {
  struct reply reply = {0};
  size_t length = 0;
  while (wait_for_input(process)) {
    ssize_t n = read(STDIN_FILENO, input + length, sizeof input - length);
    if (n == 0 || (n < 0 && errno != EINTR)) return;
    length += n > 0 ? (size_t)n : 0;
    size_t done = answer_all(root, length, &reply);
    if (reply.length > 0) send_replies(&reply);
    memmove(input, input + done, length - done);
    length -= done;
  }
}

int serve(int argc, char **argv) {
  struct rlimit files;
  if (argc != 1 && argc != 2) die("usage: serve FOLDER [PID]", EINVAL);
  int process = argc == 2 ? watch_process(argv[1]) : -1;
  int root = open(argv[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) die(argv[0], errno);
  int probe = open_below(root, "/", O_PATH);
  if (probe < 0) die("openat2", -probe);
  close(probe);
  umask(0);
  if (!getrlimit(RLIMIT_NOFILE, &files)) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  serve_all(root, process);
  return 0;
}
