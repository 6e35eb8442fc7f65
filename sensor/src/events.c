#define _GNU_SOURCE
#include "sensor.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

static void handle(const struct fanotify_event_metadata *event, int descriptors, tell_event *tell) {
  char name[16], path[PATH_SPACE];
  struct stat status;
  if (event->mask & FAN_Q_OVERFLOW) tell(OP_LOST, 0, "", 0);
  if (event->fd < 0) return;
  snprintf(name, sizeof name, "%d", event->fd);
  ssize_t n = readlinkat(descriptors, name, path, sizeof path);
  int is_folder = fstat(event->fd, &status) == 0 && S_ISDIR(status.st_mode); /* FAN_ONDIR is told to newer kinds of listeners only */
  close(event->fd);
  if (n <= 0 || path[0] != '/' || event->pid == getpid()) return;
  if (event->mask & FAN_OPEN_EXEC) tell(OP_EXEC, event->pid, path, (size_t)n);
  if (event->mask & FAN_CLOSE_WRITE) tell(OP_WRITE, event->pid, path, (size_t)n);
  if (event->mask & FAN_OPEN) tell(is_folder ? OP_LIST : OP_OPEN, event->pid, path, (size_t)n);
}

/* Takes all that has happened up to now: an event is in the queue before the program's own call returns. */
void read_events(int fanotify, int descriptors, tell_event *tell) {
  static char buffer[1 << 16] __attribute__((aligned(__alignof__(struct fanotify_event_metadata))));
  ssize_t n;
  while ((n = read(fanotify, buffer, sizeof buffer)) > 0) {
    struct fanotify_event_metadata *event = (struct fanotify_event_metadata *)buffer;
    for (; FAN_EVENT_OK(event, n); event = FAN_EVENT_NEXT(event, n)) handle(event, descriptors, tell);
  }
}
