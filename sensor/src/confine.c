#define _GNU_SOURCE
#include "sensor.h"
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPENAT2 437 /* the same on every architecture */
#define ATTEMPTS 64

int open_below(int root, const char *path, int flags) {
  struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC), .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  long fd = -1;
  /* The kernel gives up when something is renamed while it climbs with "..". */
  for (int attempt = 0; attempt < ATTEMPTS && fd < 0; attempt++) {
    fd = syscall(OPENAT2, root, *path ? path : "/", &how, sizeof how);
    if (fd < 0 && errno != EAGAIN && errno != EINTR) break;
  }
  return fd < 0 ? -errno : (int)fd;
}

int open_parent(int root, char *path, const char **name) {
  size_t length = strlen(path);
  while (length > 0 && path[length - 1] == '/') path[--length] = '\0';
  char *slash = strrchr(path, '/');
  const char *last = slash ? slash + 1 : path;
  *name = *last ? last : ".";
  if (!*last) return open_below(root, "/", O_PATH | O_DIRECTORY);
  if (!strcmp(last, ".") || !strcmp(last, "..")) return -EINVAL;
  if (slash) *slash = '\0';
  return open_below(root, slash ? path : "/", O_PATH | O_DIRECTORY);
}

/* A device or a pipe is never opened: that alone can do something, or wait for ever. */
int open_again(int fd, int flags) {
  struct stat status;
  char self[32];
  if (fstat(fd, &status) < 0) return -errno;
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return -ENXIO;
  format_text(self, sizeof self, "/proc/self/fd/%d", fd);
  int again = open(self, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  return again < 0 ? -errno : again;
}

static ssize_t path_of(int fd, char *path, size_t size) {
  char self[32];
  format_text(self, sizeof self, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(self, path, size - 1);
  path[length > 0 ? length : 0] = '\0';
  return length;
}

/* The root's own path comes off; the root of another mount namespace has none. */
int path_below(int root, int fd, char *path, size_t size) {
  char own[4096];
  ssize_t length = path_of(root, own, sizeof own);
  if (length < 0 || path_of(fd, path, size) <= 0) return -ENOENT;
  if (length == 1) return 0;
  if (strncmp(path, own, (size_t)length)) return -EXDEV;
  memmove(path, path + length, strlen(path) - (size_t)length + 1);
  if (!*path) strcpy(path, "/");
  return *path == '/' ? 0 : -EXDEV;
}
