#define _GNU_SOURCE
#include "sensor.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_SCRIPTS 5 /* how deep the kernel goes from one interpreter to the next */
#define HEAD_SIZE 4096

/* A call whose path cannot be read fails itself, or was never made; anything else is a record lost. */
static int is_lost(int error) { return error != -EFAULT && error != -ESRCH && error != -ENAMETOOLONG && error != -EIO; }

static int argument_fd(const struct asked *asked, int index) { return index < 0 ? AT_FDCWD : (int)asked->args[index]; }

static uint64_t open_flags(const struct asked *asked, const struct call *call) {
  uint64_t flags = 0;
  if (call->flags >= 0) return asked->args[call->flags];
  if (call->flags == -2) read_memory(asked->pid, asked->args[2] + offsetof(struct open_how, flags), &flags, sizeof flags);
  return flags;
}

static char open_op(uint64_t flags) {
  if (flags & O_DIRECTORY) return OP_LIST;
  return (flags & (O_WRONLY | O_RDWR)) || (flags & O_CREAT) ? OP_WRITE : OP_OPEN; /* musl's O_ACCMODE has O_PATH in it */
}

static int follows_last(const struct asked *asked, const struct call *call, uint64_t flags) {
  if (call->at == -2) return 0;
  if (call->at >= 0 && asked->args[call->at] & AT_SYMLINK_NOFOLLOW) return 0;
  return !(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
}

/* A null path means the descriptor itself: nothing is looked up. */
static int place_of(const struct asked *asked, int dirfd, int path_index, struct place *place) {
  char path[PATH_MAX];
  path[0] = '\0';
  if (path_index >= 0 && asked->path) return resolve(asked, dirfd, asked->path, place) ? 0 : asked->is_followed ? -ENOENT : -ESRCH;
  if (path_index >= 0) {
    int length = asked->args[path_index] == 0 ? -EFAULT : read_text(asked->pid, asked->args[path_index], path, sizeof path);
    if (length < 0) return length;
  }
  return resolve(asked, dirfd, path, place) ? 0 : -EFAULT;
}

static size_t interpreter_of_script(const char *head, size_t size, char *out) {
  size_t skip = 2 + strspn(head + 2, " \t");
  size_t length = strcspn(head + skip, " \t\n");
  if (skip + length >= size) return 0;
  memcpy(out, head + skip, length);
  out[length] = '\0';
  return length;
}

/* Both classes have what is needed at other places; a value is read from the file's head at `at`. */
static uint64_t number_at(const char *head, size_t at, size_t size) {
  uint64_t value = 0;
  if (at + size <= HEAD_SIZE) memcpy(&value, head + at, size);
  return value;
}

static size_t interpreter_of_elf(const char *head, size_t size, char *out) {
  int is_64 = head[EI_CLASS] == ELFCLASS64;
  uint64_t at = is_64 ? number_at(head, offsetof(Elf64_Ehdr, e_phoff), 8) : number_at(head, offsetof(Elf32_Ehdr, e_phoff), 4);
  uint64_t each = is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
  uint64_t count = number_at(head, is_64 ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum), 2);
  for (uint64_t i = 0; i < count && at + each <= size; i++, at += each) {
    if (number_at(head, at, 4) != PT_INTERP) continue;
    uint64_t from = is_64 ? number_at(head, at + offsetof(Elf64_Phdr, p_offset), 8) : number_at(head, at + offsetof(Elf32_Phdr, p_offset), 4);
    if (from >= size) return 0;
    size_t length = strnlen(head + from, size - from);
    if (from + length >= size || length >= PATH_MAX) return 0;
    memcpy(out, head + from, length + 1);
    return length;
  }
  return 0;
}

/* The kernel opens a program's interpreter itself: no call is made for it. */
static size_t find_interpreter(const char *path, char *out) {
  static char head[HEAD_SIZE + 1];
  struct stat status;
  if (stat(path, &status) < 0 || !S_ISREG(status.st_mode)) return 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return 0;
  ssize_t size = pread(fd, head, HEAD_SIZE, 0);
  close(fd);
  if (size < 4) return 0;
  head[size] = '\0';
  if (head[0] == '#' && head[1] == '!') return interpreter_of_script(head, (size_t)size, out);
  return memcmp(head, ELFMAG, SELFMAG) ? 0 : interpreter_of_elf(head, (size_t)size, out);
}

static void record_interpreters(struct log *log, const struct asked *asked, struct place *place) {
  char interpreter[HEAD_SIZE];
  for (int depth = 0; depth < MAX_SCRIPTS && find_interpreter(place->path, interpreter) > 0; depth++) {
    if (!resolve(asked, AT_FDCWD, interpreter, place)) return;
    struct act act = {OP_EXEC, asked->pid, 1};
    log_place(log, &act, place);
  }
}

/* Of a program that is begun again and again, only the first are told one by one. */
#define BEGINNINGS_TOLD 64

static void record_process(struct log *log, const struct asked *asked, const struct place *place) {
  static int proc = -1;
  char text[PATH_SPACE + 16];
  if (log_count(OP_PROCESS, place->path, place->length) > BEGINNINGS_TOLD || access(place->path, X_OK) < 0) return;
  if (proc < 0) proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  int length = format_text(text, sizeof text, "%d %s", (int)parent_of(proc, asked->pid), place->path);
  log_path(log, OP_PROCESS, asked->pid, text, (size_t)length);
}

static void record_path(struct log *log, const struct asked *asked, const struct call *call, int is_second) {
  static struct place place;
  int dirfd = is_second ? call->dirfd2 : call->dirfd;
  int error = place_of(asked, argument_fd(asked, dirfd), is_second ? call->path2 : call->path, &place);
  if (error < 0) {
    if (is_lost(error)) log_lost(log);
    return;
  }
  uint64_t flags = open_flags(asked, call);
  struct act act = {call->op == OP_OPEN ? open_op(flags) : call->op, asked->pid, follows_last(asked, call, flags)};
  if (gives_our_name(act.op, &place)) log_lost(log);
  int is_first_execution = act.op == OP_EXEC && !log_knows(log, OP_EXEC, place.path, place.length);
  log_place(log, &act, &place);
  if (act.op == OP_EXEC) record_process(log, asked, &place);
  if (is_first_execution) record_interpreters(log, asked, &place);
}

static void record_socket(struct log *log, const struct asked *asked, uint64_t address_at, uint64_t size) {
  static struct place place;
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  if (size > sizeof address - 1) size = sizeof address - 1;
  if (size < sizeof(sa_family_t) || read_memory(asked->pid, address_at, &address, size) < 0) return;
  if (address.sun_family != AF_UNIX || address.sun_path[0] == '\0') return;
  struct act act = {OP_CONNECT, asked->pid, 1};
  if (resolve(asked, AT_FDCWD, address.sun_path, &place)) log_place(log, &act, &place);
}

/* socketcall(call, arguments): 2 is bind, 3 is connect. */
static void record_socketcall(struct log *log, const struct asked *asked) {
  uint32_t arguments[3];
  if (asked->args[0] != 2 && asked->args[0] != 3) return;
  if (read_memory(asked->pid, asked->args[1], arguments, sizeof arguments) == sizeof arguments)
    record_socket(log, asked, arguments[1], arguments[2]);
}

void record_number(struct log *log, const struct asked *asked) {
  char text[32];
  int length = format_text(text, sizeof text, "%x:%d", asked->arch, asked->nr);
  if (log_is_new(log, OP_NUMBER, text, (size_t)length)) log_path(log, OP_NUMBER, asked->pid, text, (size_t)length);
}

void record_call(struct log *log, const struct asked *asked) {
  const struct call_table *table = NULL;
  const struct call *call = find_call(asked->arch, asked->nr, &table);
  if (!call) return;
  if (call->op == OP_REFUSE) {
    log_note(log, "io_uring", 1);
  } else if (call->op == OP_CONNECT) {
    if (asked->nr == table->socketcall) record_socketcall(log, asked);
    else record_socket(log, asked, asked->args[1], asked->args[2]);
  } else {
    record_path(log, asked, call, 0);
    if (call->path2 >= 0) record_path(log, asked, call, 1);
    if (call->op == OP_EXEC) forget_memory();
    if (call->flags == MAKES_LINK) note_new_link();
    if (call->op == OP_ENTER) forget_folders();
    if (asked->nr == table->chroot || asked->nr == table->pivot_root) note_new_root();
  }
}

struct asked asked_of(const struct told_call *call) {
  struct asked asked = {.pid = (pid_t)call->thread, .arch = call_tables[0].arch, .nr = (int)call->nr, .path = call->path, .process = (pid_t)call->process};
  for (int i = 0; i < 4; i++) asked.args[i] = call->args[i];
  return asked;
}

char told_op(const struct asked *asked) {
  const struct call_table *table = NULL;
  const struct call *call = find_call(asked->arch, asked->nr, &table);
  if (!call || !is_call_told(table, call)) return 0;
  return call->op == OP_OPEN ? open_op(open_flags(asked, call)) : call->op;
}
