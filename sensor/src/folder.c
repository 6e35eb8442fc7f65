#define _GNU_SOURCE
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRY_SPACE 8192
#define LISTING_ROOM (4u << 20)

struct entry {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

/* A name that is gone already is no entry. */
static void put_entry(struct reply *reply, int folder, const char *name, uint32_t *count) {
  struct stat status;
  if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0) return;
  put_text(reply, name);
  put_text(reply, "");
  put_stat(reply, &status);
  ++*count;
}

int put_entries(struct reply *reply, int fd, size_t room) {
  char space[ENTRY_SPACE] __attribute__((aligned(8)));
  uint32_t count = 0;
  size_t at = reply->length;
  long length = 0;
  put_u32(reply, 0);
  while (reply->length - at < room && (length = syscall(SYS_getdents64, fd, space, sizeof space)) > 0)
    for (long next = 0; next < length;) {
      const struct entry *entry = (const void *)(space + next);
      next += entry->length;
      put_entry(reply, fd, entry->name, &count);
    }
  set_u32(reply, at, count);
  return length < 0 ? -errno : (int)count;
}

/* All of a folder in one reply, after its own attributes: names, and where the links lead, in the place of the line for people. */
static void put_target(struct reply *reply, int folder, const char *name, mode_t mode) {
  char target[4096];
  ssize_t length = S_ISLNK(mode) ? readlinkat(folder, name, target, sizeof target) : 0;
  put_bytes(reply, target, length > 0 ? (size_t)length : 0);
}

static uint32_t put_all(struct reply *reply, int fd) {
  char space[ENTRY_SPACE] __attribute__((aligned(8)));
  struct stat status;
  uint32_t count = 0;
  size_t begin = reply->length;
  for (long length; (length = syscall(SYS_getdents64, fd, space, sizeof space)) > 0;)
    for (long next = 0; next < length;) {
      const struct entry *entry = (const void *)(space + next);
      next += entry->length;
      if (reply->length - begin > LISTING_ROOM) return UINT32_MAX;
      if (!strcmp(entry->name, ".") || !strcmp(entry->name, "..") || fstatat(fd, entry->name, &status, AT_SYMLINK_NOFOLLOW) < 0) continue;
      put_text(reply, entry->name);
      put_target(reply, fd, entry->name, status.st_mode);
      put_stat(reply, &status);
      count++;
    }
  return count;
}

int put_listing(struct reply *reply, int root, char *path) {
  struct stat status;
  const char *name;
  int parent = open_parent(root, path, &name);
  if (parent < 0) return parent;
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int error = fd < 0 || fstat(fd, &status) < 0 ? -errno : 0;
  close(parent);
  if (!error) {
    put_stat(reply, &status);
    size_t at = reply->length;
    put_u32(reply, 0);
    uint32_t count = put_all(reply, fd);
    if (count == UINT32_MAX) error = -E2BIG;
    else set_u32(reply, at, count);
  }
  if (fd >= 0) close(fd);
  return error;
}
