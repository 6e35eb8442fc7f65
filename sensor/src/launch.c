#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct request {
  const char *log;
  const char *user; /* transparent mode: the user to become; NULL: stay who we are */
  const char *folder;
  uint64_t drop;
  int is_unprivileged;
  char **argv;
};

static void parse(int argc, char **argv, struct request *request) {
  *request = (struct request){.drop = 1ull << CAP_SYS_ADMIN | 1ull << CAP_SYS_PTRACE};
  int i = 0;
  for (; i < argc && strcmp(argv[i], "--"); i++) {
    if (!strcmp(argv[i], "--unprivileged")) request->is_unprivileged = 1;
    else if (i + 1 >= argc) die("an option without its value", EINVAL);
    else if (!strcmp(argv[i], "--log")) request->log = argv[++i];
    else if (!strcmp(argv[i], "--user")) request->user = argv[++i];
    else if (!strcmp(argv[i], "--cwd")) request->folder = argv[++i];
    else if (!strcmp(argv[i], "--keep")) request->drop &= ~(1ull << atoi(argv[++i]));
    else die(argv[i], EINVAL);
  }
  if (i + 1 >= argc || !request->log) die("usage: launch --log FILE [--user U] [--cwd D] [--unprivileged] [--keep CAP] -- COMMAND", EINVAL);
  request->argv = argv + i + 1;
}

static void send_fd(int socket, int fd) {
  char byte = 0;
  union { char space[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
  struct iovec iov = {&byte, 1};
  struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (sendmsg(socket, &message, 0) < 0) die("hand over the listener", errno);
}

static int receive_fd(int socket) {
  char byte;
  int fd = -1;
  union { char space[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
  struct iovec iov = {&byte, 1};
  struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
  if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) <= 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_type == SCM_RIGHTS) memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

/* The supervisor keeps no descriptor of the program's: a pipe held open here would never end for its reader. */
static void close_all_but(int a, int b) {
  for (int fd = 0; fd < 1024; fd++)
    if (fd != a && fd != b) close(fd);
}

static void run_supervisor(int socket, int log_fd, const struct request *request) {
  if (!request->is_unprivileged) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* not where reading needs an equal: a process that gave that up owns nothing in /proc */
  prctl(PR_SET_NAME, "cooper-sensor", 0, 0, 0);
  setsid(); /* ^C and a closed terminal are for the program alone */
  for (int signal_number = 1; signal_number < 32; signal_number++) signal(signal_number, SIG_IGN);
  close_all_but(socket, log_fd);
  struct log *log = log_open(log_fd);
  int listener = receive_fd(socket);
  if (listener < 0 || !log) _exit(1);
  close(socket);
  log_note(log, "protocol", SENSOR_PROTOCOL);
  log_note(log, "unprivileged", (unsigned long)request->is_unprivileged);
  supervise(listener, log);
}

/* A child without an exit signal: the program's own wait() never sees it. */
static pid_t fork_unseen(void) { return (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0); }

static void start_traced(const struct request *request, int socket) {
  struct identity identity;
  int has_identity = !request->is_unprivileged && request->user;
  if (has_identity && find_identity(request->user, &identity)) die(request->user, ENOENT);
  if (request->is_unprivileged && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) die("no_new_privs", errno);
  int listener = install_filter(1);
  if (listener < 0) die("install the filter", -listener);
  send_fd(socket, listener);
  close(listener);
  close(socket);
  int error = has_identity ? become(&identity, request->drop) : 0;
  if (error) die("become the user", -error);
  if (has_identity && !getenv("HOME")) setenv("HOME", identity.home, 1);
  if (request->folder && chdir(request->folder) < 0) die(request->folder, errno);
  execvp(request->argv[0], request->argv);
  int failed = errno;
  fprintf(stderr, "cooper-sensor: %s: %s\n", request->argv[0], strerror(failed));
  _exit(failed == ENOENT ? 127 : 126);
}

int launch(int argc, char **argv) {
  struct request request;
  parse(argc, argv, &request);
  int log_fd = open(request.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_fd < 0) die(request.log, errno);
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0) die("socketpair", errno);
  pid_t supervisor = fork_unseen();
  if (supervisor < 0) die("fork", errno);
  if (supervisor == 0) run_supervisor(sockets[1], log_fd, &request);
  close(sockets[1]);
  close(log_fd);
  start_traced(&request, sockets[0]);
  return 0;
}
