#define _GNU_SOURCE
#include "sensor.h"
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* Files of a tree by SFTP over stdin and stdout, or over a socket, until that ends. Nothing in the tree leads out of it. */

#define PIDFD_OPEN 434 /* the same on every architecture */
#define LARGEST_PACKET (300u << 10)
#define REPLIES_AT_ONCE (256u << 10)

static uint8_t input[LARGEST_PACKET + 4];
static int from = STDIN_FILENO, to = STDOUT_FILENO;

static uint32_t length_at(const uint8_t *at) {
  struct packet packet = {at, at + 4, 0};
  return take_u32(&packet);
}

static void send_replies(struct reply *reply) {
  if (write_all(to, reply->bytes, reply->length) < 0) exit(1);
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
  struct pollfd polled[] = {{.fd = from, .events = POLLIN}, {.fd = process, .events = POLLIN}};
  while (poll(polled, 2, -1) < 0 && errno == EINTR) continue;
  return !polled[1].revents;
}

static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener >= 0 && !bind(listener, (struct sockaddr *)&address, sizeof address) && !listen(listener, 1)) return listener;
  close(listener);
  return -1;
}

/* A byte on stdout tells whether the socket is there, one on the socket that it was reached. Who comes first is served: the socket or stdin. */
static void choose_peer(const char *path) {
  int listener = listen_at(path);
  if (write_all(STDOUT_FILENO, listener < 0 ? "0" : "1", 1) < 0) exit(1);
  if (listener < 0) return;
  struct pollfd polled[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
  while (poll(polled, 2, -1) < 0 && errno == EINTR) continue;
  int peer = polled[1].revents ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
  unlink(path);
  close(listener);
  if (peer < 0) return;
  from = to = peer;
  if (write_all(to, "1", 1) < 0) exit(1);
}

static void serve_all(int root, int process) {
  struct reply reply = {0};
  size_t length = 0;
  while (wait_for_input(process)) {
    ssize_t n = read(from, input + length, sizeof input - length);
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
  if (argc != 1 && argc != 2) die("usage: serve FOLDER [PID|SOCKET]", EINVAL);
  int has_socket = argc == 2 && *argv[1] == '/';
  int process = argc == 2 && !has_socket ? watch_process(argv[1]) : -1;
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
  if (has_socket) choose_peer(argv[1]);
  serve_all(root, process);
  return 0;
}
