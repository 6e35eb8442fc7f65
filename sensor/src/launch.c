#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct request {
  const char *socket;
  const char *user; /* the user to become; NULL: stay who we are */
  const char *folder;
  uint64_t drop;
  int sets_home;
  int has_visitors;
  int has_tracepoint;
  struct start start;
  char **argv;
};

static const char usage[] =
    "usage: launch --socket FILE [--way notify|ptrace|none] [--user U] [--home] [--cwd D] [--unprivileged] [--child] [--calls] [--visitors] [--tracepoint] [--drop CAP] -- COMMAND";

static enum way way_of(const char *name) {
  if (!strcmp(name, "notify")) return WAY_NOTIFY;
  if (!strcmp(name, "ptrace")) return WAY_PTRACE;
  if (!strcmp(name, "none")) return WAY_NONE;
  die(name, EINVAL);
}

static void parse(int argc, char **argv, struct request *request) {
  *request = (struct request){.start = {.way = WAY_NOTIFY, .socket = -1}};
  int i = 0;
  for (; i < argc && strcmp(argv[i], "--"); i++) {
    if (!strcmp(argv[i], "--unprivileged")) request->start.is_unprivileged = 1;
    else if (!strcmp(argv[i], "--child")) request->start.is_child = 1;
    else if (!strcmp(argv[i], "--calls")) request->start.has_calls = 1;
    else if (!strcmp(argv[i], "--home")) request->sets_home = 1;
    else if (!strcmp(argv[i], "--visitors")) request->has_visitors = 1;
    else if (!strcmp(argv[i], "--tracepoint")) request->has_tracepoint = 1;
    else if (i + 1 >= argc) die("an option without its value", EINVAL);
    else if (!strcmp(argv[i], "--socket")) request->socket = argv[++i];
    else if (!strcmp(argv[i], "--way")) request->start.way = way_of(argv[++i]);
    else if (!strcmp(argv[i], "--user")) request->user = argv[++i];
    else if (!strcmp(argv[i], "--cwd")) request->folder = argv[++i];
    else if (!strcmp(argv[i], "--drop")) request->drop |= 1ull << ((int)number_of(argv[++i]) & 63);
    else die(argv[i], EINVAL);
  }
  if (i + 1 >= argc || !request->socket) die(usage, EINVAL);
  request->argv = argv + i + 1;
}

/* What others execute here is no process of the sensor's; the collector hears of it before anybody can come. */
static void hand_over_root(int socket) {
  char byte;
  int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  int error = root < 0 ? -errno : send_fd(socket, root);
  if (error) die("hand over the root", -error);
  if (read(socket, &byte, 1) != 1) die("nobody takes the records", 0);
  close(root);
}

/* The collector has the kernel tell of this container's processes, and gives the ring in which it does; without one all calls are asked about. */
static struct ring *ask_for_ring(int socket) {
  int namespace = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
  if (namespace < 0 || send_fd(socket, namespace) < 0) die("hand over the namespace", errno);
  close(namespace);
  int file = receive_fd(socket);
  if (file < 0) return NULL;
  struct ring *ring = ring_open(file);
  close(file);
  return ring;
}

static void hand_over_log(struct request *request) {
  request->start.log = log_create();
  if (!request->start.log) die("memory for the records", errno);
  int error = send_fd(request->start.socket, log_file(request->start.log));
  if (error) die("hand over the records", -error);
}

/* Without a way of its own the sensor only waits here until somebody else watches. */
static void wait_for_watcher(int socket) {
  char byte;
  if (read(socket, &byte, 1) != 1) die("nobody watches", 0);
}

/* Fallen over: the same codes as a container's own start gives. */
static void execute(const struct request *request, const struct identity *identity) {
  int error = become(identity, request->drop);
  if (error) die("become the user", -error);
  if (identity && request->sets_home) setenv("HOME", identity->home, 1);
  if (request->folder && chdir(request->folder) < 0) die(request->folder, errno);
  execvp(request->argv[0], request->argv);
  int failed = errno;
  complain(request->argv[0], strerror(failed));
  _exit(failed == ENOENT ? 127 : 126);
}

int launch(int argc, char **argv) {
  struct request request;
  struct identity identity;
  parse(argc, argv, &request);
  request.start.socket = call_socket(request.socket);
  if (request.user && find_identity(request.user, &identity)) die(request.user, ENOENT);
  if (request.start.way == WAY_NONE) {
    wait_for_watcher(request.start.socket);
  } else {
    if (request.has_visitors) hand_over_root(request.start.socket);
    if (request.has_tracepoint) request.start.ring = ask_for_ring(request.start.socket);
    hand_over_log(&request);
    start_supervised(&request.start);
  }
  execute(&request, request.user ? &identity : NULL);
  return 0;
}
