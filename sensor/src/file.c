#define _GNU_SOURCE
#include "sensor.h"
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FOR_READING 1u
#define FOR_WRITING 2u
#define APPEND 4u
#define CREATE 8u
#define TRUNCATE 16u
#define EXCLUSIVE 32u
#define ATTEMPTS 4
#define WHOLE_FILE (128u << 10)

static int flags_of(uint32_t how) {
  int flags = how & FOR_WRITING ? how & FOR_READING ? O_RDWR : O_WRONLY : O_RDONLY;
  return flags | (how & APPEND ? O_APPEND : 0);
}

static int open_existing(int root, const char *path, uint32_t how) {
  int place = open_below(root, path, O_PATH);
  if (place < 0) return place;
  int fd = open_again(place, flags_of(how) | (how & TRUNCATE ? O_TRUNC : 0));
  close(place);
  return fd;
}

static int create_file(int root, char *path, uint32_t how, uint32_t mode) {
  const char *name;
  int parent = open_parent(root, path, &name);
  if (parent < 0) return parent;
  int fd = openat(parent, name, flags_of(how) | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 07777);
  int error = -errno;
  close(parent);
  return fd < 0 ? error : fd;
}

int open_file(int root, char *path, uint32_t how, uint32_t mode) {
  char copy[4096];
  int fd = -ENOENT;
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (!(how & CREATE) || !(how & EXCLUSIVE)) fd = open_existing(root, path, how);
    if (!(how & CREATE) || fd != -ENOENT) return fd;
    format_text(copy, sizeof copy, "%s", path);
    fd = create_file(root, copy, how, mode);
    if (fd != -EEXIST || how & EXCLUSIVE) return fd;
    fd = -ENOENT;
  }
  return -EEXIST;
}

/* `fd` may be an O_PATH descriptor, also of a link: then mode and size are not to be had. */
int set_attributes(int fd, const struct sets *sets) {
  char self[32];
  struct timespec times[2] = {{.tv_sec = sets->atime}, {.tv_sec = sets->mtime}};
  struct stat status;
  if (fstat(fd, &status) < 0) return -errno;
  format_text(self, sizeof self, "/proc/self/fd/%d", fd);
  if (sets->flags & HAS_SIZE && !S_ISREG(status.st_mode)) return -EINVAL;
  if (sets->flags & HAS_SIZE && truncate(self, (off_t)sets->size) < 0) return -errno;
  /* The owner first: changing it takes setuid and setgid away. */
  if (sets->flags & HAS_OWNER && fchownat(fd, "", sets->uid, sets->gid, AT_EMPTY_PATH) < 0) return -errno;
  if (sets->flags & HAS_MODE && !S_ISLNK(status.st_mode) && chmod(self, sets->mode & 07777) < 0) return -errno;
  if (sets->flags & HAS_TIMES && utimensat(fd, "", times, AT_EMPTY_PATH) < 0) return -errno;
  return 0;
}

/* A small regular file in one reply: its attributes, whether the content follows, and the content. */
int put_file(struct reply *reply, int root, const char *path) {
  struct stat status;
  int fd = open_existing(root, path, FOR_READING);
  if (fd < 0) return fd;
  int error = fstat(fd, &status) < 0 ? -errno : S_ISDIR(status.st_mode) ? -EISDIR : 0;
  if (!error) {
    put_stat(reply, &status);
    size_t is_whole = reply->length;
    put_u32(reply, 0);
    put_u32(reply, 0);
    if (status.st_size <= WHOLE_FILE) {
      ssize_t n = read(fd, put_space(reply, WHOLE_FILE + 1), WHOLE_FILE + 1);
      if (n < 0) error = -errno;
      int fits = n >= 0 && n <= WHOLE_FILE;
      reply->length -= WHOLE_FILE + 1 - (fits ? (size_t)n : 0);
      set_u32(reply, is_whole, (uint32_t)fits);
      set_u32(reply, is_whole + 4, fits ? (uint32_t)n : 0);
    }
  }
  close(fd);
  return error;
}
