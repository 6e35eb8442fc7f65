#define _GNU_SOURCE
#include "sensor.h"
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

/* A request about the last name of a path. */
struct naming {
  uint8_t type;
  struct packet *packet;
  struct reply *reply;
};

static int put_name(struct reply *reply, const char *name, size_t length) {
  set_type(reply, NAME);
  put_u32(reply, 1);
  put_bytes(reply, name, length);
  put_text(reply, "");
  put_u32(reply, 0);
  return REPLIED;
}

static int put_target(struct reply *reply, int parent, const char *name) {
  char target[PATH_SPACE];
  ssize_t length = readlinkat(parent, name, target, sizeof target);
  return length < 0 ? -errno : put_name(reply, target, (size_t)length);
}

static int use_entry(const struct naming *naming, int fd) {
  struct sets sets;
  if (fd < 0) return -errno;
  if (naming->type != SETSTAT) return put_attributes(naming->reply, fd);
  take_sets(naming->packet, &sets);
  return naming->packet->is_short ? -EBADMSG : set_attributes(fd, &sets);
}

static int use_name(const struct naming *naming, int parent, const char *name) {
  struct sets sets;
  int fd = -1, result;
  switch (naming->type) {
    case REMOVE: return unlinkat(parent, name, 0) < 0 ? -errno : 0;
    case RMDIR: return unlinkat(parent, name, AT_REMOVEDIR) < 0 ? -errno : 0;
    case READLINK: return put_target(naming->reply, parent, name);
    case MKDIR:
      take_sets(naming->packet, &sets);
      return mkdirat(parent, name, sets.flags & HAS_MODE ? sets.mode & 07777 : 0777) < 0 ? -errno : 0;
    default:
      fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
      result = use_entry(naming, fd);
      if (fd >= 0) close(fd);
      return result;
  }
}

static int at_name(int root, char *path, const struct naming *naming) {
  const char *name;
  int parent = open_parent(root, path, &name);
  if (parent < 0) return parent;
  int result = use_name(naming, parent, name);
  close(parent);
  return result;
}

static int at_target(int root, const char *path, const struct naming *naming) {
  int fd = open_below(root, path, O_PATH);
  if (fd < 0) return fd;
  int result = use_entry(naming, fd);
  close(fd);
  return result;
}

static int make_link(int root, const char *target, char *path) {
  const char *name;
  int parent = open_parent(root, path, &name);
  if (parent < 0) return parent;
  int result = symlinkat(target, parent, name) < 0 ? -errno : 0;
  close(parent);
  return result;
}

enum move { MOVE, REPLACE, SHARE };

static int move_name(int root, char *from, char *to, enum move how) {
  const char *old_name, *new_name;
  int old_parent = open_parent(root, from, &old_name);
  if (old_parent < 0) return old_parent;
  int new_parent = open_parent(root, to, &new_name), result = new_parent;
  if (new_parent >= 0) {
    if (how == SHARE) result = linkat(old_parent, old_name, new_parent, new_name, 0);
    else result = (int)syscall(SYS_renameat2, old_parent, old_name, new_parent, new_name, how == MOVE ? RENAME_NOREPLACE : 0);
    if (result < 0) result = -errno;
    close(new_parent);
  }
  close(old_parent);
  return result;
}

static int put_real_name(int root, char *path, struct reply *reply) {
  char real[PATH_SPACE];
  const char *name;
  int parent = open_parent(root, path, &name);
  if (parent < 0) return parent;
  int length = path_below(root, parent, real, sizeof real);
  close(parent);
  if (length < 0) return length;
  const char *end = strcmp(real, "/") ? "/" : "";
  if (strlen(real) + 1 + strlen(name) >= sizeof real) return -ENAMETOOLONG;
  strcat(strcat(real, end), name);
  return put_name(reply, real, strlen(real));
}

/* The path without links and "..", as a process with that root would write it; the last name may be of nothing yet. */
static int put_real_path(int root, char *path, struct reply *reply) {
  char real[PATH_SPACE];
  int fd = open_below(root, path, O_PATH);
  if (fd == -ENOENT) return put_real_name(root, path, reply);
  if (fd < 0) return fd;
  int result = path_below(root, fd, real, sizeof real);
  close(fd);
  return result < 0 ? result : put_name(reply, real, strlen(real));
}

static int with_two(int root, uint8_t type, struct packet *packet, const char *first) {
  char from[PATH_SPACE], to[PATH_SPACE];
  format_text(from, sizeof from, "%s", first);
  take_path(packet, to, sizeof to);
  if (packet->is_short) return -EBADMSG;
  return type == SYMLINK ? make_link(root, from, to) : move_name(root, from, to, type == RENAME ? MOVE : type == LINK ? SHARE : REPLACE);
}

int answer_path(int root, uint8_t type, struct packet *packet, struct reply *reply) {
  char path[PATH_SPACE];
  const struct naming naming = {type, packet, reply};
  take_path(packet, path, sizeof path);
  if (packet->is_short) return -EBADMSG;
  switch (type) {
    case STAT: case SETSTAT: return at_target(root, path, &naming);
    case LSTAT: case REMOVE: case RMDIR: case MKDIR: case READLINK: return at_name(root, path, &naming);
    case REALPATH: return put_real_path(root, path, reply);
    case RENAME: case SYMLINK: case POSIX_RENAME: case LINK: return with_two(root, type, packet, path);
    default: return -EOPNOTSUPP;
  }
}

static int put_space_at(int root, const char *path, struct reply *reply) {
  int fd = open_below(root, path, O_PATH);
  if (fd < 0) return fd;
  int result = put_space_left(reply, fd);
  close(fd);
  return result;
}

int extend_path(int root, const char *name, struct packet *packet, struct reply *reply) {
  char path[PATH_SPACE];
  if (!strcmp(name, "posix-rename@openssh.com")) return answer_path(root, POSIX_RENAME, packet, reply);
  if (!strcmp(name, "hardlink@openssh.com")) return answer_path(root, LINK, packet, reply);
  int is_set = !strcmp(name, "lsetstat@openssh.com"), is_space = !strcmp(name, "statvfs@openssh.com");
  int is_file = !strcmp(name, "whole-file@cooper"), is_listing = !strcmp(name, "listing@cooper");
  if (!is_set && !is_space && !is_file && !is_listing) return -EOPNOTSUPP;
  take_path(packet, path, sizeof path);
  if (packet->is_short) return -EBADMSG;
  const struct naming naming = {SETSTAT, packet, reply};
  if (is_set) return at_name(root, path, &naming);
  if (is_space) return put_space_at(root, path, reply);
  set_type(reply, EXTENDED_REPLY);
  int error = is_file ? put_file(reply, root, path) : put_listing(reply, root, path);
  return error < 0 ? error : REPLIED;
}
