#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
#define PATH_SPACE 4200

static int argument_fd(const struct seccomp_notif *notif, int index) { return index < 0 ? AT_FDCWD : (int)notif->data.args[index]; }

static char open_op(const struct seccomp_notif *notif, const struct call *call, char op) {
  uint64_t flags = 0;
  if (call->flags >= 0) flags = notif->data.args[call->flags];
  if (call->flags == -2) read_memory((pid_t)notif->pid, notif->data.args[2], &flags, sizeof flags);
  if (op != OP_OPEN) return op;
  if (flags & O_DIRECTORY) return OP_LIST;
  return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) ? OP_WRITE : OP_OPEN;
}

static void log_one(struct log *log, const struct seccomp_notif *notif, char op, int dirfd, int path_index) {
  char path[PATH_SPACE];
  char full[2 * PATH_SPACE];
  path[0] = '\0';
  if (path_index >= 0 && notif->data.args[path_index] == 0) return; /* a null path means the descriptor itself */
  if (path_index >= 0 && read_path((pid_t)notif->pid, notif->data.args[path_index], path, sizeof path) < 0) {
    log_lost(log);
    return;
  }
  size_t length = resolve((pid_t)notif->pid, dirfd, path, full, sizeof full);
  if (length == 0)
    log_lost(log);
  else
    log_path(log, op, (pid_t)notif->pid, full, length);
}

static void log_socket(struct log *log, const struct seccomp_notif *notif) {
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  size_t size = (size_t)notif->data.args[2];
  if (size > sizeof address - 1) size = sizeof address - 1;
  if (size < sizeof(sa_family_t) || read_memory((pid_t)notif->pid, notif->data.args[1], &address, size) < 0) return;
  if (address.sun_family != AF_UNIX || address.sun_path[0] == '\0') return;
  char full[2 * PATH_SPACE];
  size_t length = resolve((pid_t)notif->pid, AT_FDCWD, address.sun_path, full, sizeof full);
  if (length) log_path(log, OP_CONNECT, (pid_t)notif->pid, full, length);
}

static void log_call(struct log *log, const struct seccomp_notif *notif) {
  const struct call_table *table = NULL;
  const struct call *call = find_call(notif->data.arch, notif->data.nr, &table);
  if (!call) return;
  if (call->op == OP_CONNECT) {
    log_socket(log, notif);
    return;
  }
  log_one(log, notif, open_op(notif, call, call->op), argument_fd(notif, call->dirfd), call->path);
  if (call->op == OP_EXEC) forget_memory();
  if (call->path2 >= 0) log_one(log, notif, call->op, argument_fd(notif, call->dirfd2), call->path2);
}

/* Ends this process when the last filtered process has ended: a blocked RECV is not woken by that. */
static void *wait_for_the_last(void *listener) {
  struct pollfd poll_fd = {(int)(intptr_t)listener, 0, 0};
  while (poll(&poll_fd, 1, -1) < 0 && errno == EINTR) continue;
  _exit(0);
}

void supervise(int listener, struct log *log) {
  struct seccomp_notif_sizes sizes;
  if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0) die("notification sizes", errno);
  struct seccomp_notif *notif = calloc(1, sizes.seccomp_notif > sizeof *notif ? sizes.seccomp_notif : sizeof *notif);
  struct seccomp_notif_resp *answer = calloc(1, sizes.seccomp_notif_resp > sizeof *answer ? sizes.seccomp_notif_resp : sizeof *answer);
  if (!notif || !answer) die("memory", ENOMEM);
  int is_sync = ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP) == 0;
  log_note(log, "synchronous", (unsigned long)is_sync);
  pthread_t thread;
  pthread_create(&thread, NULL, wait_for_the_last, (void *)(intptr_t)listener);
  for (;;) {
    memset(notif, 0, sizes.seccomp_notif);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, notif) < 0) {
      if (errno == EINTR || errno == ENOENT) continue;
      _exit(0);
    }
    log_call(log, notif);
    memset(answer, 0, sizes.seccomp_notif_resp);
    answer->id = notif->id;
    answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, answer);
  }
}
