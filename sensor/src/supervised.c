#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int wait_for_child(pid_t child, int *status) { return waitpid(child, status, WNOHANG) == child; }

/* The sensor keeps no descriptor of the program's: a pipe held open here would never end for its reader. */
static void close_all_but(const int *keep, size_t count) {
  struct rlimit limit = {1024, 1024};
  getrlimit(RLIMIT_NOFILE, &limit);
  int end = limit.rlim_cur > 65536 ? 65536 : (int)limit.rlim_cur;
  for (int fd = 0; fd < end; fd++) {
    size_t i = 0;
    while (i < count && keep[i] != fd) i++;
    if (i == count) close(fd);
  }
}

/* Signals, a closed terminal and ^C are for the program alone. */
static void stand_aside(void) {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_NAME, SENSOR_NAME, 0, 0, 0);
  setsid();
  for (int number = 1; number < 32; number++)
    if (number != SIGCHLD) signal(number, SIG_IGN);
}

static void run_sensor(const struct start *start, int socket, pid_t program) {
  stand_aside();
  int keep[] = {socket, start->socket, log_file(start->log)};
  close_all_but(keep, sizeof keep / sizeof *keep);
  log_note(start->log, "protocol", SENSOR_PROTOCOL);
  log_note(start->log, "unprivileged", (unsigned long)start->is_unprivileged);
  log_note(start->log, "ptrace", start->way == WAY_PTRACE);
  log_note(start->log, "tracepoint", start->ring != NULL);
  if (start->way == WAY_PTRACE) _exit(follow_tracee(program, socket, start->log));
  int listener = receive_fd(socket);
  if (listener < 0) _exit(1);
  close(socket);
  struct followed followed = {listener, start->log, start->is_child ? program : 0, start->has_calls, start->ring};
  _exit(follow_notify(followed));
}

static void let_tracer_in(int socket, pid_t sensor) {
  int error = 0;
  prctl(PR_SET_PTRACER, sensor, 0, 0, 0); /* where Yama lets only a parent trace; elsewhere it fails, and is not needed */
  if (write_all(socket, "", 1) < 0 || read(socket, &error, sizeof error) != sizeof error) die("the tracer is gone", 0);
  if (error) die("be traced", error);
}

static void become_traced(const struct start *start, int socket, pid_t sensor) {
  if (start->is_unprivileged && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) die("no_new_privs", errno);
  if (start->way == WAY_PTRACE) let_tracer_in(socket, sensor);
  uint32_t action = start->way == WAY_PTRACE ? SECCOMP_RET_TRACE : SECCOMP_RET_USER_NOTIF;
  int is_notified = start->way == WAY_NOTIFY;
  struct filter filter = {action, start->has_calls && is_notified, start->ring && is_notified, sensor};
  int listener = install_filter(&filter);
  if (listener < 0) die("install the filter", -listener);
  if (start->way == WAY_NOTIFY) {
    int error = send_fd(socket, listener);
    if (error) die("hand over the listener", -error);
    close(listener);
  }
  close(socket);
}

/* A child without an exit signal: the program's own wait() never sees it. */
static pid_t fork_unseen(void) { return (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0); }

void start_supervised(const struct start *start) {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0) die("socketpair", errno);
  pid_t first = getpid();
  pid_t forked = start->is_child ? fork() : fork_unseen();
  if (forked < 0) die("fork", errno);
  int is_sensor = start->is_child ? forked > 0 : forked == 0;
  close(sockets[is_sensor ? 0 : 1]);
  if (is_sensor) run_sensor(start, sockets[1], start->is_child ? forked : first);
  if (start->is_child && !isatty(0)) setsid();
  become_traced(start, sockets[0], start->is_child ? first : forked);
}
