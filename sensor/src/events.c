#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* A listener of all that is opened, executed and written on the mount that a folder stands on, in whatever namespace that is; -errno where
   it may not be. */
int hear_mount(int folder) {
  unsigned flags = FAN_CLASS_NOTIF | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS | FAN_CLOEXEC | FAN_NONBLOCK;
  uint64_t mask = FAN_OPEN | FAN_OPEN_EXEC | FAN_CLOSE_WRITE | FAN_ONDIR;
  int fanotify = fanotify_init(flags, O_RDONLY | O_LARGEFILE | O_CLOEXEC | O_NONBLOCK | O_NOATIME);
  if (fanotify < 0) return -errno;
  if (fanotify_mark(fanotify, FAN_MARK_ADD | FAN_MARK_MOUNT, mask, folder, ".") == 0) return fanotify;
  int error = errno;
  close(fanotify);
  return -error;
}

static void handle(const struct fanotify_event_metadata *event, int descriptors, tell_event *tell) {
  char name[16], path[PATH_SPACE];
  struct stat status;
  if (event->mask & FAN_Q_OVERFLOW) tell(OP_LOST, 0, "", 0);
  if (event->fd < 0) return;
  format_text(name, sizeof name, "%d", event->fd);
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
