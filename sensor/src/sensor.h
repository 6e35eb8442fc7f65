/* The parts of the sensor and what they give one another. Everything is C11 on the kernel's interface; nothing of the container is used. */
#ifndef SENSOR_H
#define SENSOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SENSOR_PROTOCOL 2

/* What a program did with a path. One letter a record; the reader's table is src/trace/protocol.ts. */
enum op {
  OP_OPEN = 'O',    /* opened for reading */
  OP_WRITE = 'W',   /* opened for writing or created */
  OP_EXEC = 'X',    /* executed */
  OP_LOOK = 'S',    /* looked up: stat, access, statfs, attributes read */
  OP_LINK = 'R',    /* link read, or followed */
  OP_LIST = 'L',    /* opened as a folder */
  OP_ENTER = 'C',   /* changed into, or made the root */
  OP_CONNECT = 'N', /* connected or bound as a socket */
  OP_CHANGE = 'M',  /* made, removed, renamed, its mode, owner, times or attributes set */
  OP_FOLDER = '/',    /* not written: a folder that no link leads to */
  OP_LINKLESS = '=',  /* not written: a folder in which no link was */
  OP_FOLLOWED = 0x80, /* not written: with an op, that the links were followed */
  OP_LOST = '?',      /* not written: the kernel had to throw events away */
  OP_NUMBER = 'Y',    /* a system call made: architecture and number instead of a path */
  OP_PROCESS = 'E', /* a program begins: its parent, a space and its path instead of a path */
  OP_REFUSE = '!',  /* io_uring: answered with ENOSYS, since what goes through it cannot be seen */
};

#define MAKES_LINK (-3)

/* How to find the paths in a system call's arguments. */
struct call {
  int nr;
  char op;
  int8_t dirfd;  /* argument with the folder's descriptor; -1: the working folder */
  int8_t path;   /* argument with the path; -1: the call is about the descriptor itself */
  int8_t dirfd2; /* the same for a second path */
  int8_t path2;  /* -1 where there is none */
  int8_t flags;  /* argument with open flags, -1: none; -2: struct open_how; MAKES_LINK: none, and a link may stand there afterwards */
  int8_t at;     /* argument with AT_ flags: with AT_EMPTY_PATH it is about a descriptor, and let through unseen where `op` is a look; -1: none; -2: it never follows a last link */
};

/* A call by which one process reaches another: it may not reach the sensor. */
struct reach {
  int nr;
  int8_t pid; /* argument with the process */
};

struct call_table {
  uint32_t arch; /* AUDIT_ARCH_* */
  const struct call *calls;
  size_t count;
  const struct reach *reaches;
  size_t reach_count;
  int kill;       /* kill(-1) would end the sensor too */
  int chroot;
  int pivot_root;
  int prctl;
  int socketcall; /* -1, or the call of 32-bit programs that has its arguments in memory */
};

#define PIDFD_SEND_SIGNAL 424 /* these numbers are the same on every architecture */
#define IO_URING_SETUP 425

extern const struct call_table call_tables[];
extern const size_t call_table_count;

const struct call *find_call(uint32_t arch, int nr, const struct call_table **table);

/* A call that a traced process is about to make, or, where its path is told with it, has made. */
struct asked {
  pid_t pid;
  uint32_t arch;
  int nr;
  uint64_t args[6];
  const char *path; /* NULL: to be read from the process's memory */
  pid_t process;    /* where the path is told: the process of which `pid` is a thread */
  int is_followed;  /* it asked before; others come from outside, and what they open is heard elsewhere */
};

/* Whether the tracepoint tells of this call; the filter then asks about it only where the path starts at a descriptor. */
int is_call_told(const struct call_table *table, const struct call *call);

/* filter.c: puts the filter on this process. `action` is what the calls of the tables get, with `has_all_calls` all others too, without those
   that are told where `is_telling`; `sensor` is out of the program's reach. Returns the listener's descriptor (0 when the action has none) or
   -errno. */
struct filter {
  uint32_t action;
  int has_all_calls;
  int is_telling;
  pid_t sensor;
};
int install_filter(const struct filter *filter);
#define FILTER_SPACE 2048
#define EXIT_GROUP 231 /* of x86_64, the only one where calls are told */
struct sock_filter;
size_t build_filter(struct sock_filter *code, const struct filter *filter);

/* tracepoint.c: has the kernel tell of calls as they end, for all processes of a namespace but those named as the sensor. */
#define SENSOR_NAME "cooper-sensor"
#define RING_SIZE (1u << 24)
#define TOLD_PATH 4096
struct told_call {
  uint32_t thread;
  uint32_t process;
  uint64_t nr;
  uint64_t args[4];
  char path[];
};
struct tracepoint {
  int ring;
  int lost;
  int link; /* it is in place as long as this is open */
};
int attach_tracepoint(int namespace, struct tracepoint *tracepoint); /* 0 or -errno, and nothing is left open */
void detach_tracepoint(struct tracepoint *tracepoint);
uint64_t lost_at_tracepoint(const struct tracepoint *tracepoint);

/* ring.c: reading what is told. */
struct ring;
typedef void take_call(const struct told_call *call, void *whose);
struct ring *ring_open(int file); /* NULL where it cannot be mapped */
void ring_close(struct ring *ring);
uint64_t ring_written(const struct ring *ring);
uint64_t ring_read(const struct ring *ring);
void ring_take(struct ring *ring, take_call *take, void *whose);

/* log.c: the records, in memory that outlives the sensor: op, decimal pid, tab, path, NUL. An (op, path) is written once. */
struct log;
struct log *log_create(void);
int log_file(const struct log *log);
void log_path(struct log *log, char op, pid_t pid, const char *path, size_t length);
int log_is_new(struct log *log, char op, const char *path, size_t length);
int log_knows(const struct log *log, char op, const char *path, size_t length);
unsigned log_count(char op, const char *path, size_t length); /* how often this one was counted; rough: two may fall together */
void log_note(struct log *log, const char *key, unsigned long value);
void log_lost(struct log *log);
void log_forget(struct log *log);
int log_holds(const struct log *log, const char *text);
/* Reads on in another process's records from *offset, and how many it lost; returns the bytes read, 0 when there are no more, -1 for what is no log. */
ssize_t log_read(int file, uint64_t *offset, uint64_t *lost, char *buffer, size_t size);

/* memory.c: reading from the memory of a stopped process. */
int read_text(pid_t pid, uint64_t address, char *buffer, size_t size);
int read_memory(pid_t pid, uint64_t address, void *buffer, size_t size);
void forget_memory(void);

/* disguise.c: that a process takes the sensor's name, by a call of its own, or by what it executes or writes. */
struct place;
int takes_our_name(const struct asked *asked);
int gives_our_name(char op, const struct place *place);

/* path.c: where a path leads from, and what it leads through. */
#define PATH_SPACE 8192
struct place {
  char path[PATH_SPACE];
  size_t length;
  size_t root; /* how much of it is the root of a process that changed its own */
};
struct act {
  char op;
  pid_t pid;
  int follows; /* a link at the end of the path is followed */
};
int resolve(const struct asked *asked, int dirfd, const char *path, struct place *place);
void forget_folders(void); /* of threads: one is about to change into another */
void settle_folders(void); /* it has by now */
void note_new_root(void);
void note_new_link(void);
void log_place(struct log *log, const struct act *act, const struct place *place);

/* record.c: what a call says about paths, and that it was made. */
void record_call(struct log *log, const struct asked *asked);
struct asked asked_of(const struct told_call *call);
char told_op(const struct asked *asked); /* 0 for a call that is not told */
void record_number(struct log *log, const struct asked *asked);

/* text.c: formatting of %s %c %d %u %x %o, with l, ll and a width that is filled with zeros. Returns the length that the whole has, or would have. */
int format_text(char *out, size_t size, const char *text, ...) __attribute__((format(printf, 3, 4)));
void print_text(const char *text, ...) __attribute__((format(printf, 1, 2))); /* to stdout, gathered; at most 511 bytes */
void print_bytes(const void *bytes, size_t length);
void print_flush(void);
void complain(const char *what, const char *why); /* to stderr; `why` may be NULL */
unsigned long number_of(const char *text);        /* its leading digits */
struct lines {
  int file;
  char separator;
  size_t at;
  size_t end;
  char bytes[8192]; /* a longer line comes in pieces */
};
int open_lines(struct lines *lines, const char *file);
char *next_line(struct lines *lines); /* without its newline; NULL after the last */
void close_lines(struct lines *lines);

/* process.c: 0 for a process that is gone. `proc` is a handle of /proc. */
pid_t parent_of(int proc, pid_t pid);

/* guard.c: answers what must not reach the kernel; 1 with the result, 0 for all else. */
int guard_call(const struct asked *asked, int *result);

/* identity.c: becoming the user that the container's process must be. */
struct identity {
  uid_t uid;
  gid_t gid;
  gid_t groups[64];
  int group_count;
  char home[256];
};
int find_identity(const char *spec, struct identity *identity);
int become(const struct identity *identity, uint64_t drop); /* NULL: stay who we are */

/* notify.c, tracer.c: follow the traced processes until the last has ended, or, with `child`, hand on its exit status. */
struct followed {
  int listener;
  struct log *log;
  pid_t child; /* 0: none */
  int has_calls;
  struct ring *ring; /* NULL: everything is asked */
};
int follow_notify(struct followed followed);
int follow_tracee(pid_t tracee, int socket, struct log *log);
int wait_for_child(pid_t child, int *status);

/* processor.c: to be called after each call that was answered. */
void choose_processor(pid_t caller);

/* supervised.c: the two sides of a start under the sensor. */
enum way { WAY_NONE, WAY_NOTIFY, WAY_PTRACE };
struct start {
  enum way way;
  int is_unprivileged;
  int has_calls; /* all system calls are recorded, by their numbers */
  int is_child;  /* the program is a child of the sensor's, not its successor */
  int socket;   /* to the collector, -1 for none; stays open as long as the sensor lives */
  struct ring *ring; /* NULL: the kernel tells nothing by itself */
  struct log *log;
};
/* Returns in the process that is to become the program, which is traced from then on. */
void start_supervised(const struct start *start);

/* probe.c */
int probe_way(enum way way, int is_unprivileged);
int probe_tracepoint(void);

/* sha256.c */
struct sha256 {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
};
void sha256_begin(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *data, size_t length);
void sha256_end(struct sha256 *sha, uint8_t digest[32]);

/* wire.c: descriptors over sockets, bytes over pipes. */
int send_fd(int socket, int fd);
int receive_fd(int socket);
int call_socket(const char *path);
int write_all(int fd, const void *data, size_t length);

/* events.c: what fanotify has to tell. `descriptors` is a handle of /proc/self/fd. */
#ifndef FAN_OPEN_EXEC
#define FAN_OPEN_EXEC 0x00001000
#endif
typedef void tell_event(char op, pid_t pid, const char *path, size_t length);
int hear_mount(int folder);
void read_events(int fanotify, int descriptors, tell_event *tell);

/* The ways to run. Each returns the exit code. */
int launch(int argc, char **argv);
int collect(int argc, char **argv);
int watch(int argc, char **argv);
int walk(int argc, char **argv);
int layers(int argc, char **argv);
int serve(int argc, char **argv);
int attend(int argc, char **argv);

void die(const char *what, int error) __attribute__((noreturn));

#endif
