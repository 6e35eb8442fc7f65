#define _GNU_SOURCE
#include "layers.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Larger files are hashed by who can do that faster. */
#define SMALL 8192

static char kind_of(const char *start, ssize_t length) {
  if (length >= 4 && !memcmp(start, "\177ELF", 4)) return 'e';
  return length >= 2 && start[0] == '#' && start[1] == '!' ? 's' : 'd';
}

void read_content(int file, char way, struct stat *status, struct content *content) {
  static char bytes[SMALL + 1];
  if (way == 'C' && status->st_size > SMALL) return;
  ssize_t length = read(file, bytes, way == 'C' ? sizeof bytes : 4);
  if (length < 0) return;
  content->kind = kind_of(bytes, length);
  if (way != 'C' || length > SMALL) return;
  struct sha256 sha;
  sha256_begin(&sha);
  sha256_add(&sha, bytes, (size_t)length);
  sha256_end(&sha, content->digest);
  content->is_hashed = 1;
  status->st_size = length;
}

static int looks_like_program(const char *name, const struct stat *status) {
  return S_ISREG(status->st_mode) && ((status->st_mode & 0111) || strstr(name, ".so"));
}

/* Not blocking, else a fifo put in the file's place would hold us. -1 where it is no file (any more). */
static int open_plain(const char *name, struct stat *status) {
  int file = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (file < 0) return -1;
  if (fstat(file, status) == 0 && S_ISREG(status->st_mode)) return file;
  close(file);
  return -1;
}

/* A file that is to be read is opened and then asked what it is, which is a call less than to ask first. */
int look_at(const struct dirent *entry, char way, struct stat *status, int *file) {
  int is_read = way == 'C' && entry->d_type == DT_REG;
  *file = is_read ? open_plain(entry->d_name, status) : -1;
  if (*file >= 0) return 0;
  if (lstat(entry->d_name, status) < 0) return -1;
  if (way == 'C' ? S_ISREG(status->st_mode) && !is_read : looks_like_program(entry->d_name, status)) *file = open_plain(entry->d_name, status);
  return 0;
}
