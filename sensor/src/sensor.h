/* The parts of the sensor and what they give one another. Everything is C11 on the kernel's interface; nothing of the container is used. */
#ifndef SENSOR_H
#define SENSOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SENSOR_PROTOCOL 1

/* What a program did with a path. One letter a record; the reader's table is src/trace/protocol.ts. */
enum op {
  OP_OPEN = 'O',    /* opened for reading */
  OP_WRITE = 'W',   /* opened for writing or created */
  OP_EXEC = 'X',    /* executed */
  OP_LOOK = 'S',    /* looked up: stat, access, statfs, attributes read */
  OP_LINK = 'R',    /* link read */
  OP_LIST = 'L',    /* opened as a folder */
  OP_ENTER = 'C',   /* changed into, or made the root */
  OP_CONNECT = 'N', /* connected or bound as a socket */
  OP_CHANGE = 'M',  /* made, removed, renamed, its mode, owner, times or attributes set */
};

/* How to find the paths in a system call's arguments. */
struct call {
  int nr;
  char op;
  int8_t dirfd;  /* argument with the folder's descriptor, -1: the working folder */
  int8_t path;   /* argument with the path */
  int8_t dirfd2; /* the same for a second path, -1 where there is none */
  int8_t path2;
  int8_t flags;  /* argument with open flags, -1: none; -2: struct open_how */
};

struct call_table {
  uint32_t arch; /* AUDIT_ARCH_* */
  const struct call *calls;
  size_t count;
  int io_uring_setup;
  int fstatat; /* newfstatat: let through with AT_EMPTY_PATH, which is fstat */
  int is_32bit;
};

extern const struct call_table call_tables[];
extern const size_t call_table_count;

const struct call *find_call(uint32_t arch, int nr, const struct call_table **table);

/* filter.c: installs the filter in this process; returns the listener's descriptor or -errno. */
int install_filter(int killable_wait);

/* log.c: the records. Each is op, decimal pid, tab, path, NUL. A (op, path) is written once. */
struct log;
struct log *log_open(int fd);
void log_path(struct log *log, char op, pid_t pid, const char *path, size_t length);
void log_note(struct log *log, const char *key, unsigned long value);
void log_lost(struct log *log);

/* path.c: reading paths out of a stopped process. */
int read_path(pid_t pid, uint64_t address, char *buffer, size_t size);
int read_memory(pid_t pid, uint64_t address, void *buffer, size_t size);
void forget_memory(void);
size_t resolve(pid_t pid, int dirfd, const char *path, char *out, size_t size);

/* supervise.c: answers the listener until nobody is left. */
void supervise(int listener, struct log *log);

/* identity.c: becoming the user that the container's process must be. */
struct identity {
  uid_t uid;
  gid_t gid;
  gid_t groups[64];
  int group_count;
  char home[256];
};
int find_identity(const char *spec, struct identity *identity);
int become(const struct identity *identity, uint64_t keep_caps);

/* The ways to run. Each returns the exit code. */
int launch(int argc, char **argv);

void die(const char *what, int error) __attribute__((noreturn));

#endif
