/* The parts of `serve`, the SFTP server: what they give one another. */
#ifndef SERVE_H
#define SERVE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* confine.c: paths below a root that nothing leads out of: "/", ".." and every link are taken as a process with that root would take them.
   Descriptors or -errno. */
int open_below(int root, const char *path, int flags);
/* The folder that holds the last name, which is not followed; `name` points into `path` (changed) and is "." for the root itself. */
int open_parent(int root, char *path, const char **name);
/* An O_PATH descriptor of a regular file or folder, to be used as `flags` say. */
int open_again(int fd, int flags);
int path_below(int root, int fd, char *path, size_t size);

/* packet.c: the protocol's numbers and texts. A packet that is too short gives zeros and is marked. */
struct packet {
  const uint8_t *at, *end;
  int is_short;
};
uint32_t take_u32(struct packet *packet);
uint64_t take_u64(struct packet *packet);
const uint8_t *take_bytes(struct packet *packet, uint32_t *length);
/* Copied with a NUL at its end; one with a NUL in it or no room is short. */
void take_path(struct packet *packet, char *path, size_t size);

struct reply {
  uint8_t *bytes;
  size_t length, space, begin;
};
void begin_reply(struct reply *reply, uint8_t type, uint32_t id);
void end_reply(struct reply *reply);
void put_u32(struct reply *reply, uint32_t value);
void put_u64(struct reply *reply, uint64_t value);
void put_bytes(struct reply *reply, const void *bytes, size_t length);
void put_text(struct reply *reply, const char *text);
uint8_t *put_space(struct reply *reply, size_t length);
void set_u32(struct reply *reply, size_t at, uint32_t value);

#define HAS_SIZE 1u
#define HAS_OWNER 2u
#define HAS_MODE 4u
#define HAS_TIMES 8u
struct sets {
  uint32_t flags, uid, gid, mode, atime, mtime;
  uint64_t size;
};
void take_sets(struct packet *packet, struct sets *sets);
void put_stat(struct reply *reply, const struct stat *status);

enum { INIT = 1, OPEN = 3, CLOSE, READ, WRITE, LSTAT, FSTAT, SETSTAT, FSETSTAT, OPENDIR, READDIR, REMOVE, MKDIR, RMDIR, REALPATH, STAT, RENAME, READLINK, SYMLINK, EXTENDED = 200 };
enum { POSIX_RENAME = 240, LINK }; /* extensions as if they were types of their own */
enum { VERSION = 2, STATUS = 101, HANDLE, DATA, NAME, ATTRS, EXTENDED_REPLY = 201 };
void set_type(struct reply *reply, uint8_t type);

/* answer.c: one request, one reply. What a request comes to is 0, -errno, or one of these. */
enum { REPLIED = 1, AT_END };
void answer(int root, struct packet *packet, struct reply *reply);
int put_attributes(struct reply *reply, int fd);
int put_space_left(struct reply *reply, int fd);

/* naming.c: requests about paths. */
int answer_path(int root, uint8_t type, struct packet *packet, struct reply *reply);
int extend_path(int root, const char *name, struct packet *packet, struct reply *reply);

/* folder.c: entries of a folder. 0, or -errno. */
int put_entries(struct reply *reply, int fd, size_t room);
int put_listing(struct reply *reply, int root, char *path);

/* file.c: what requests about contents and attributes do. 0 or a descriptor, or -errno. */
int open_file(int root, char *path, uint32_t how, uint32_t mode);
int set_attributes(int fd, const struct sets *sets);
int put_file(struct reply *reply, int root, const char *path);

#endif
