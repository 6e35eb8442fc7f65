#define _GNU_SOURCE
#include "sensor.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROBE_PATH "/.cooper-probe"
#define PATIENCE 200 /* hundredths of a second */

static void be_probed(const struct start *start) {
  int null = open("/dev/null", O_RDWR);
  dup2(null, 2); /* that a way is closed is no news */
  start_supervised(start);
  open(PROBE_PATH, O_RDONLY | O_CLOEXEC);
  _exit(0);
}

/* Tries a way on a process of our own: only what was seen to work is offered. */
int probe_way(enum way way, int is_unprivileged) {
  struct start start = {.way = way, .is_unprivileged = is_unprivileged, .socket = -1, .log = log_create()};
  if (!start.log) return 0;
  pid_t pid = fork();
  if (pid < 0) return 0;
  if (pid == 0) be_probed(&start);
  int status = -1, is_over = 0;
  struct timespec pause = {0, 10000000};
  for (int i = 0; i < PATIENCE && !is_over; i++)
    if (!(is_over = wait_for_child(pid, &status))) nanosleep(&pause, NULL);
  if (!is_over) kill(pid, SIGKILL);
  if (!is_over) waitpid(pid, &status, 0);
  int is_seen = is_over && status == 0 && log_holds(start.log, PROBE_PATH);
  log_forget(start.log);
  return is_seen;
}

static void see_probe(const struct told_call *call, void *is_seen) {
  if (!strcmp(call->path, PROBE_PATH)) *(int *)is_seen = 1;
}

/* The same for what the kernel tells by itself. */
int probe_tracepoint(void) {
  struct tracepoint tracepoint;
  int is_seen = 0;
  int namespace = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
  int error = attach_tracepoint(namespace, &tracepoint);
  close(namespace);
  if (error) return 0;
  struct ring *ring = ring_open(tracepoint.ring);
  if (ring) {
    access(PROBE_PATH, F_OK);
    ring_take(ring, see_probe, &is_seen);
    ring_close(ring);
  }
  detach_tracepoint(&tracepoint);
  return is_seen;
}
