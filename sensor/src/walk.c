#define _GNU_SOURCE
#include "sensor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Lists a tree on stdout, descriptor by descriptor and never through a link, on one file system. Fields are parted by NUL:
   a letter for the type, mode (octal), uid, gid, size, mtime (seconds.nanoseconds), inode, links, device, path below the root,
   link target or SHA-256 of the content, number of xattrs, then name and value (hexadecimal) of each. "E" has an error number and a path. */

#define XATTR_SPACE 65536

static dev_t device;

static void say_text(const char *text, size_t length) {
  print_bytes(text, length);
  print_bytes("", 1);
}

static void say_hex(const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) print_text("%02x", bytes[i]);
  print_bytes("", 1);
}

static char type_of(mode_t mode) {
  static const struct {
    mode_t mode;
    char letter;
  } types[] = {{S_IFREG, 'f'}, {S_IFDIR, 'd'}, {S_IFLNK, 'l'}, {S_IFCHR, 'c'}, {S_IFBLK, 'b'}, {S_IFIFO, 'p'}, {S_IFSOCK, 's'}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if ((mode & S_IFMT) == types[i].mode) return types[i].letter;
  return '?';
}

static void say_error(const char *path) {
  print_text("E%c%d%c", 0, errno, 0);
  say_text(path, strlen(path));
}

static int say_content(int folder, const char *name) {
  static uint8_t buffer[1 << 16];
  uint8_t digest[32];
  struct sha256 sha;
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -1;
  sha256_begin(&sha);
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) > 0) sha256_add(&sha, buffer, (size_t)n);
  close(fd);
  sha256_end(&sha, digest);
  say_hex(digest, sizeof digest);
  return 0;
}

/* xattr calls take no descriptor of a folder: the path goes through our own descriptor, whose last component is not followed. */
static void say_xattrs(int folder, const char *name) {
  static char names[XATTR_SPACE], value[XATTR_SPACE];
  char path[PATH_SPACE];
  format_text(path, sizeof path, "/proc/self/fd/%d/%s", folder, name);
  ssize_t length = llistxattr(path, names, sizeof names);
  int count = 0;
  for (char *at = names; length > 0 && at < names + length; at += strlen(at) + 1) count++;
  print_text("%d%c", count, 0);
  for (char *at = names; length > 0 && at < names + length; at += strlen(at) + 1) {
    ssize_t size = lgetxattr(path, at, value, sizeof value);
    say_text(at, strlen(at));
    say_hex((uint8_t *)value, size > 0 ? (size_t)size : 0);
  }
}

static void say_entry(int folder, const char *name, const struct stat *status, const char *path) {
  char target[PATH_SPACE];
  print_text("%c%c%o%c%u%c%u%c", type_of(status->st_mode), 0, status->st_mode & 07777, 0, status->st_uid, 0, status->st_gid, 0);
  print_text("%lld%c%lld.%09ld%c", (long long)status->st_size, 0, (long long)status->st_mtim.tv_sec, status->st_mtim.tv_nsec, 0);
  print_text("%llu%c%lu%c", (unsigned long long)status->st_ino, 0, (unsigned long)status->st_nlink, 0);
  print_text("%u:%u%c", major(status->st_rdev), minor(status->st_rdev), 0);
  say_text(path, strlen(path));
  ssize_t n = S_ISLNK(status->st_mode) ? readlinkat(folder, name, target, sizeof target) : 0;
  if (!S_ISREG(status->st_mode)) say_text(target, n > 0 ? (size_t)n : 0);
  else if (say_content(folder, name) < 0) say_text("", 0);
  say_xattrs(folder, name);
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static int is_entry(const struct dirent *entry) { return strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."); }

static void walk_folder(int folder, char *path, size_t length);

static void walk_entry(int folder, const char *name, char *path, size_t length) {
  struct stat status;
  if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
    say_error(path);
    return;
  }
  say_entry(folder, name, &status, path);
  if (!S_ISDIR(status.st_mode) || status.st_dev != device) return;
  int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (below < 0) say_error(path);
  else walk_folder(below, path, length);
}

/* Takes the descriptor over. Names are sorted, so that two listings of one tree are the same bytes. */
static void walk_folder(int folder, char *path, size_t length) {
  struct dirent **entries = NULL;
  char self[64];
  format_text(self, sizeof self, "/proc/self/fd/%d", folder);
  int count = scandir(self, &entries, is_entry, by_name);
  if (count < 0) say_error(path);
  for (int i = 0; i < count; i++) {
    size_t name = strlen(entries[i]->d_name);
    if (length + name + 2 < PATH_SPACE) {
      path[length] = '/';
      memcpy(path + length + 1, entries[i]->d_name, name + 1);
      walk_entry(folder, entries[i]->d_name, path, length + 1 + name);
      path[length] = '\0';
    }
    free(entries[i]);
  }
  free(entries);
  close(folder);
}

int walk(int argc, char **argv) {
  if (argc != 1) die("usage: walk FOLDER", EINVAL);
  static char path[PATH_SPACE];
  struct stat status;
  int root = open(argv[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0 || fstat(root, &status) < 0) die(argv[0], errno);
  device = status.st_dev;
  walk_folder(root, path, 0);
  print_flush();
  return 0;
}
