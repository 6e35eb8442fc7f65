#define _GNU_SOURCE
#include "sensor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Tells which entries of trees have extended attributes. The folders' paths come on stdin, each ended by NUL; for each, records whose
   fields are parted by NUL: "A", path below the folder, number of attributes, name and value (hexadecimal) of each; "E", error number, path;
   at its end ".". No link is followed; another file system is not entered; nothing is opened but folders. */

#define ATTRIBUTE_SPACE 65536

static dev_t device;
static char *path;
static size_t path_space;

static void say(const char *text) {
  print_bytes(text, strlen(text) + 1);
}

static void say_error(void) {
  char number[16];
  format_text(number, sizeof number, "%d", errno);
  say("E");
  say(number);
  say(path);
}

/* Labels that differ with each container, and overlay's own notes that say nothing of what is to be seen. */
static int is_told(const char *name) {
  static const char *const untold[] = {"security.selinux",       "trusted.overlay.origin", "trusted.overlay.impure", "trusted.overlay.nlink",
                                       "trusted.overlay.uuid",   "user.overlay.origin",    "user.overlay.impure",    "user.overlay.nlink",
                                       "user.overlay.uuid"};
  for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
    if (!strcmp(name, untold[i])) return 0;
  return 1;
}

/* The working folder is the entry's: the calls take no descriptor of a folder, and so need no path but the name. */
static void say_attributes(const char *name) {
  static char names[ATTRIBUTE_SPACE], value[ATTRIBUTE_SPACE], text[2 * ATTRIBUTE_SPACE + 1];
  ssize_t length = llistxattr(name, names, sizeof names);
  if (length < 0 && errno != ENOTSUP && errno != ENOENT && errno != ENOTDIR) say_error();
  int count = 0;
  for (char *at = names; length > 0 && at < names + length; at += strlen(at) + 1) count += is_told(at);
  if (count == 0) return;
  say("A");
  say(path);
  format_text(text, sizeof text, "%d", count);
  say(text);
  for (char *at = names; at < names + length; at += strlen(at) + 1) {
    if (!is_told(at)) continue;
    ssize_t size = lgetxattr(name, at, value, sizeof value);
    text[0] = '\0';
    for (ssize_t i = 0; i < size; i++) format_text(text + 2 * i, 3, "%02x", (unsigned char)value[i]);
    say(at);
    say(text);
  }
}

static size_t lengthen(size_t length, const char *name) {
  size_t more = strlen(name) + 1;
  if (length + more + 1 > path_space) {
    path_space = 2 * (length + more + 1);
    path = realloc(path, path_space);
    if (!path) die("memory", ENOMEM);
  }
  path[length] = '/';
  memcpy(path + length + 1, name, more);
  return length + more;
}

static void tell_folder(int folder, size_t length);

static void tell_entry(int folder, const struct dirent *entry, size_t length) {
  size_t longer = lengthen(length, entry->d_name);
  struct stat status;
  say_attributes(entry->d_name);
  if (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN) {
    int below = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below >= 0 && fstat(below, &status) == 0 && status.st_dev == device) {
      tell_folder(below, longer);
      if (fchdir(folder) < 0) die("fchdir", errno);
    } else if (below >= 0) {
      close(below);
    } else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
      say_error();
    }
  }
  path[length] = '\0';
}

/* Takes the descriptor over. */
static void tell_folder(int folder, size_t length) {
  DIR *stream = fdopendir(folder);
  if (!stream || fchdir(folder) < 0) {
    say_error();
    if (stream) closedir(stream);
    else close(folder);
    return;
  }
  for (struct dirent *entry; (entry = readdir(stream));)
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) tell_entry(folder, entry, length);
  closedir(stream);
}

static void tell_tree(const char *root) {
  struct stat status;
  lengthen(0, "");
  path[0] = '\0';
  int folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || fstat(folder, &status) < 0 || fchdir(folder) < 0) {
    say_error();
    return;
  }
  device = status.st_dev;
  say_attributes(".");
  tell_folder(folder, 0);
}

int attributes(int argc, char **argv) {
  (void)argv;
  if (argc != 0) die("usage: attributes <FOLDERS", EINVAL);
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  static struct lines roots = {.file = 0, .separator = '\0'};
  for (char *root; (root = next_line(&roots));) {
    tell_tree(root);
    say(".");
  }
  print_flush();
  return 0;
}
