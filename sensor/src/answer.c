#define _GNU_SOURCE
#include "sensor.h"
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The requests of SFTP 3 with OpenSSH's extensions, and two of our own. */

enum { OK, END, NO_FILE, DENIED, FAILURE, UNSUPPORTED = 8, OTHER = 9 };

#define LARGEST_DATA (256u << 10)
#define ENTRIES_ROOM (60u << 10)
#define NO_HANDLE 0xffffffffu

/* -1 ends a list of numbers of handles that are free. */
static int *handles;
static uint32_t handle_count;

static int status_of(int error) {
  switch (-error) {
    case 0: return OK;
    case -AT_END: return END;
    case ENOENT: case ENOTDIR: return NO_FILE;
    case EACCES: case EPERM: case EROFS: return DENIED;
    case ENOSYS: case EOPNOTSUPP: return UNSUPPORTED;
    case ENOSPC: case EDQUOT: case EIO: case EFBIG: case ESTALE: case EBADF: return OTHER;
    default: return FAILURE;
  }
}

/* What was written of a reply that failed is taken back. */
static void put_status(struct reply *reply, uint32_t id, int error) {
  reply->length = reply->begin;
  begin_reply(reply, STATUS, id);
  put_u32(reply, (uint32_t)status_of(error));
  put_text(reply, error < 0 ? strerror(-error) : "");
  put_text(reply, "");
}

static uint32_t keep(int fd) {
  uint32_t at = 0;
  while (at < handle_count && handles[at] >= 0) at++;
  if (at == handle_count) {
    int *more = realloc(handles, (handle_count + 64) * sizeof *handles);
    if (!more) die("memory", ENOMEM);
    handles = more;
    while (handle_count < at + 64) handles[handle_count++] = -1;
  }
  handles[at] = fd;
  return at;
}

static uint32_t take_handle(struct packet *packet) {
  uint32_t length, at = NO_HANDLE;
  const uint8_t *bytes = take_bytes(packet, &length);
  struct packet inner = {bytes, bytes + length, 0};
  if (length == 4) at = take_u32(&inner);
  return at < handle_count && handles[at] >= 0 ? at : NO_HANDLE;
}

static int put_handle(struct reply *reply, int fd) {
  if (fd < 0) return fd;
  set_type(reply, HANDLE);
  put_u32(reply, 4);
  put_u32(reply, keep(fd));
  return REPLIED;
}

static int put_data(struct reply *reply, int fd, struct packet *packet) {
  uint64_t offset = take_u64(packet);
  uint32_t size = take_u32(packet);
  if (size > LARGEST_DATA) size = LARGEST_DATA;
  size_t at = reply->length;
  put_u32(reply, 0);
  ssize_t n = pread(fd, put_space(reply, size), size, (off_t)offset);
  if (n <= 0) return n < 0 ? -errno : AT_END;
  set_type(reply, DATA);
  reply->length = at + 4 + (size_t)n;
  set_u32(reply, at, (uint32_t)n);
  return REPLIED;
}

static int write_data(int fd, struct packet *packet) {
  uint64_t offset = take_u64(packet);
  uint32_t length;
  const uint8_t *data = take_bytes(packet, &length);
  if (packet->is_short) return -EBADMSG;
  while (length > 0) {
    ssize_t n = pwrite(fd, data, length, (off_t)offset);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? -errno : -EIO;
    data += n;
    offset += (uint64_t)n;
    length -= (uint32_t)n;
  }
  return 0;
}

int put_attributes(struct reply *reply, int fd) {
  struct stat status;
  if (fd < 0 || fstat(fd, &status) < 0) return fd < 0 ? fd : -errno;
  set_type(reply, ATTRS);
  put_stat(reply, &status);
  return REPLIED;
}

int put_space_left(struct reply *reply, int fd) {
  struct statvfs vfs;
  if (fd < 0 || fstatvfs(fd, &vfs) < 0) return fd < 0 ? fd : -errno;
  const uint64_t values[] = {vfs.f_bsize, vfs.f_frsize, vfs.f_blocks, vfs.f_bfree, vfs.f_bavail, vfs.f_files, vfs.f_ffree, vfs.f_favail, vfs.f_fsid, vfs.f_flag, vfs.f_namemax};
  set_type(reply, EXTENDED_REPLY);
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) put_u64(reply, values[i]);
  return REPLIED;
}

static int put_limits(struct reply *reply) {
  const uint64_t values[] = {LARGEST_DATA + 1024, LARGEST_DATA, LARGEST_DATA, 0};
  set_type(reply, EXTENDED_REPLY);
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) put_u64(reply, values[i]);
  return REPLIED;
}

static void put_version(struct reply *reply) {
  static const char *const extensions[] = {"posix-rename@openssh.com", "1", "statvfs@openssh.com", "2", "fstatvfs@openssh.com", "2", "hardlink@openssh.com", "1",
    "fsync@openssh.com", "1", "lsetstat@openssh.com", "1", "limits@openssh.com", "1", "listing@cooper", "1", "whole-file@cooper", "1"};
  begin_reply(reply, VERSION, 3);
  for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) put_text(reply, extensions[i]);
}

static int use_handle(struct packet *packet, struct reply *reply, uint8_t type) {
  struct sets sets;
  uint32_t at = take_handle(packet);
  if (at == NO_HANDLE || packet->is_short) return -EBADF;
  int fd = handles[at];
  switch (type) {
    case READ: return put_data(reply, fd, packet);
    case WRITE: return write_data(fd, packet);
    case FSTAT: return put_attributes(reply, fd);
    case READDIR: {
      set_type(reply, NAME);
      int count = put_entries(reply, fd, ENTRIES_ROOM);
      return count == 0 ? AT_END : count < 0 ? count : REPLIED;
    }
    case FSETSTAT:
      take_sets(packet, &sets);
      return packet->is_short ? -EBADMSG : set_attributes(fd, &sets);
    default:
      handles[at] = -1;
      return close(fd) < 0 ? -errno : 0;
  }
}

static int open_path(int root, struct packet *packet, struct reply *reply, int is_folder) {
  char path[PATH_SPACE];
  struct sets sets = {0};
  take_path(packet, path, sizeof path);
  uint32_t how = is_folder ? 0 : take_u32(packet);
  if (!is_folder) take_sets(packet, &sets);
  if (packet->is_short) return -EBADMSG;
  if (!is_folder) return put_handle(reply, open_file(root, path, how, sets.flags & HAS_MODE ? sets.mode : 0666));
  return put_handle(reply, open_below(root, path, O_RDONLY | O_DIRECTORY));
}

static int extend(int root, struct packet *packet, struct reply *reply) {
  char name[64];
  take_path(packet, name, sizeof name);
  if (!strcmp(name, "limits@openssh.com")) return put_limits(reply);
  int is_sync = !strcmp(name, "fsync@openssh.com");
  if (!is_sync && strcmp(name, "fstatvfs@openssh.com")) return extend_path(root, name, packet, reply);
  uint32_t at = take_handle(packet);
  if (at == NO_HANDLE) return -EBADF;
  if (!is_sync) return put_space_left(reply, handles[at]);
  return fsync(handles[at]) < 0 ? -errno : 0;
}

void answer(int root, struct packet *packet, struct reply *reply) {
  uint8_t type = packet->at < packet->end ? *packet->at++ : 0;
  if (type == INIT) {
    put_version(reply);
    end_reply(reply);
    return;
  }
  uint32_t id = take_u32(packet);
  begin_reply(reply, STATUS, id);
  int result = -EOPNOTSUPP;
  switch (type) {
    case OPEN: case OPENDIR: result = open_path(root, packet, reply, type == OPENDIR); break;
    case CLOSE: case READ: case WRITE: case FSTAT: case FSETSTAT: case READDIR: result = use_handle(packet, reply, type); break;
    case EXTENDED: result = extend(root, packet, reply); break;
    default: result = answer_path(root, type, packet, reply);
  }
  if (result != REPLIED) put_status(reply, id, result);
  end_reply(reply);
}
