/* Tries the sensor's parts one by one, without a container: `ok NAME` or `FAIL NAME` for each. Runs on any processor, also an emulated one. */
#define _GNU_SOURCE
#include "../src/sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SENSOR 4711

static int failures;
static char folder[] = "/tmp/cooper-parts-XXXXXX";

void check_served(void);

void check(const char *name, int is_right) {
  printf("%s %s\n", is_right ? "ok" : "FAIL", name);
  failures += !is_right;
}

void die(const char *what, int error) {
  fprintf(stderr, "%s: %s\n", what, strerror(error));
  exit(1);
}

/* --- the filter, run as the kernel runs it ------------------------------------------------------------------------------------------ */

static uint32_t load(const struct seccomp_data *data, uint32_t at) {
  uint32_t value;
  memcpy(&value, (const char *)data + at, sizeof value);
  return value;
}

static uint32_t run_filter(const struct sock_filter *code, const struct seccomp_data *data) {
  uint32_t value = 0;
  for (const struct sock_filter *at = code;; at++) {
    switch (at->code) {
      case BPF_LD | BPF_W | BPF_ABS: value = load(data, at->k); break;
      case BPF_RET | BPF_K: return at->k;
      case BPF_JMP | BPF_JA: at += at->k; break;
      case BPF_JMP | BPF_JEQ | BPF_K: at += value == at->k ? at->jt : at->jf; break;
      case BPF_JMP | BPF_JSET | BPF_K: at += value & at->k ? at->jt : at->jf; break;
      default: return 0xdead;
    }
  }
}

static int is_telling;

static uint32_t ask(uint32_t arch, int nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  static struct sock_filter code[2048];
  struct seccomp_data data = {.nr = nr, .arch = arch, .args = {a, b, c, d}};
  struct filter filter = {SECCOMP_RET_USER_NOTIF, 0, is_telling, SENSOR};
  build_filter(code, &filter);
  return run_filter(code, &data);
}

static void check_filter(void) {
  const struct call_table *table = &call_tables[0];
  int are_told = 1, are_out_of_reach = 1;
  for (size_t i = 0; i < table->count; i++) are_told &= ask(table->arch, table->calls[i].nr, 0, 0, 0, 0) == SECCOMP_RET_USER_NOTIF;
  for (size_t i = 0; i < table->reach_count; i++) {
    uint64_t args[2] = {1, 1};
    args[table->reaches[i].pid] = SENSOR;
    are_out_of_reach &= ask(table->arch, table->reaches[i].nr, args[0], args[1], 0, 0) == (SECCOMP_RET_ERRNO | ESRCH);
    args[table->reaches[i].pid] = (uint64_t)(uint32_t)-SENSOR;
    are_out_of_reach &= ask(table->arch, table->reaches[i].nr, args[0], args[1], 0, 0) == (SECCOMP_RET_ERRNO | ESRCH);
    args[table->reaches[i].pid] = SENSOR + 1;
    are_out_of_reach &= ask(table->arch, table->reaches[i].nr, args[0], args[1], 0, 0) == SECCOMP_RET_ALLOW;
  }
  check("every call of the table is told of", are_told);
  check("the sensor is out of reach, others are not", are_out_of_reach);
  check("kill of all is told of", ask(table->arch, table->kill, (uint32_t)-1, 9, 0, 0) == SECCOMP_RET_USER_NOTIF);
  check("io_uring is told of", ask(table->arch, IO_URING_SETUP, 0, 0, 0, 0) == SECCOMP_RET_USER_NOTIF);
  check("getpid is let through", ask(table->arch, SYS_getpid, 0, 0, 0, 0) == SECCOMP_RET_ALLOW);
  check("another architecture is let through", ask(AUDIT_ARCH_S390X, 1, 0, 0, 0, 0) == SECCOMP_RET_ALLOW);
}

/* With a tracepoint: what starts at the root or the working folder is let through, all else is asked about as before. */
static void check_telling(void) {
  int are_right = 1;
  is_telling = 1;
  for (size_t t = 0; t < call_table_count; t++)
    for (size_t i = 0; i < call_tables[t].count; i++) {
      const struct call *call = &call_tables[t].calls[i];
      int is_told = is_call_told(&call_tables[t], call);
      uint64_t at_folder[4] = {0}, at_file[4] = {0};
      if (call->dirfd >= 0) at_folder[call->dirfd] = (uint32_t)AT_FDCWD;
      uint32_t told = ask(call_tables[t].arch, call->nr, at_folder[0], at_folder[1], at_folder[2], at_folder[3]);
      uint32_t asked = ask(call_tables[t].arch, call->nr, at_file[0], at_file[1], at_file[2], at_file[3]);
      are_right &= told == (is_told ? SECCOMP_RET_ALLOW : SECCOMP_RET_USER_NOTIF);
      are_right &= asked == (is_told && call->dirfd < 0 ? SECCOMP_RET_ALLOW : SECCOMP_RET_USER_NOTIF);
    }
  check("what is told of is not asked about", are_right);
  for (size_t t = 0; t < call_table_count; t++) {
    int prctl = call_tables[t].prctl;
    check("a new name is asked about", ask(call_tables[t].arch, prctl, PR_SET_NAME, 0, 0, 0) == SECCOMP_RET_USER_NOTIF);
    check("another prctl is not", ask(call_tables[t].arch, prctl, PR_SET_NAME + 1, 0, 0, 0) == SECCOMP_RET_ALLOW);
  }
  is_telling = 0;
}

static void check_disguise(void) {
  struct asked asked = {.pid = getpid(), .arch = call_tables[0].arch, .nr = call_tables[0].prctl, .args = {PR_SET_NAME, (uintptr_t) "cooper-sensor-"}};
  check("the sensor's name is noticed", takes_our_name(&asked));
  asked.args[1] = (uintptr_t) "cooper-other";
  check("another name is nobody's business", !takes_our_name(&asked));
  struct place place = {.path = "/bin/cooper-sensor", .length = 18};
  check("a program of that name too", gives_our_name(OP_EXEC, &place) && !gives_our_name(OP_OPEN, &place));
}

static void check_text(void) {
  char out[64], small[4];
  int length = format_text(out, sizeof out, "%s %c%d %u %x %02x %o %lld.%09ld %llu", "a", 'b', -7, 8u, 255, 5, 8, -1ll, 42l, 18446744073709551615ull);
  check("text is formatted", !strcmp(out, "a b-7 8 ff 05 10 -1.000000042 18446744073709551615") && length == (int)strlen(out));
  check("what has no room is cut, and its length told", format_text(small, sizeof small, "%s", "12345") == 5 && !strcmp(small, "123"));
  check("leading digits", number_of("42x") == 42 && number_of("") == 0);
}

static void check_lines(void) {
  static struct lines lines;
  FILE *stream = fopen("lines", "w");
  fputs("one\n\nthree", stream);
  fclose(stream);
  check("lines are opened", open_lines(&lines, "lines"));
  const char *wanted[] = {"one", "", "three"};
  for (int i = 0; i < 3; i++) {
    char *line = next_line(&lines);
    check("a line", line && !strcmp(line, wanted[i]));
  }
  check("no line more", !next_line(&lines));
  close_lines(&lines);
  remove("lines");
}

static void take_told(const struct told_call *call, void *count) { *(int *)count += !strncmp(call->path, "/told-", 6); }

/* Only where the kernel and our rights allow it: elsewhere it says so, and leaves nothing open. */
static void check_tracepoint(void) {
  struct tracepoint tracepoint;
  int namespace = open("/proc/self/ns/pid", O_RDONLY), count = 0;
  int error = attach_tracepoint(namespace, &tracepoint);
  close(namespace);
  if (error) {
    check("a refusal leaves nothing open", tracepoint.ring == -1 && tracepoint.lost == -1 && tracepoint.link == -1);
    return;
  }
  struct ring *ring = ring_open(tracepoint.ring);
  for (int i = 0; i < 1000; i++) {
    char path[32];
    format_text(path, sizeof path, "/told-%d", i);
    access(path, F_OK);
  }
  int here = open(".", O_PATH);
  faccessat(here, "/told-elsewhere", F_OK, 0);
  close(here);
  ring_take(ring, take_told, &count);
  check("every call is told once, those at a descriptor are not", count == 1000);
  check("none is lost", lost_at_tracepoint(&tracepoint) == 0);
  ring_close(ring);
  detach_tracepoint(&tracepoint);
}

static void check_empty_path(void) {
  for (size_t t = 0; t < call_table_count; t++)
    for (size_t i = 0; i < call_tables[t].count; i++) {
      const struct call *call = &call_tables[t].calls[i];
      if (call->op != OP_LOOK || call->at < 0 || call->at > 3) continue;
      uint64_t args[4] = {0};
      args[call->at] = AT_EMPTY_PATH;
      if (ask(call_tables[t].arch, call->nr, args[0], args[1], args[2], args[3]) != SECCOMP_RET_ALLOW) {
        check("a look at a descriptor is let through", 0);
        return;
      }
    }
  check("a look at a descriptor is let through", 1);
}

static void check_tables(void) {
  int are_single = 1;
  for (size_t t = 0; t < call_table_count; t++)
    for (size_t i = 0; i < call_tables[t].count; i++)
      for (size_t j = i + 1; j < call_tables[t].count; j++) are_single &= call_tables[t].calls[i].nr != call_tables[t].calls[j].nr;
  check("no call is in a table twice", are_single);
  int are_found = 1;
  const struct call_table *table = NULL;
  for (size_t t = 0; t < call_table_count; t++)
    for (size_t i = 0; i < call_tables[t].count; i++)
      are_found &= find_call(call_tables[t].arch, call_tables[t].calls[i].nr, &table) == &call_tables[t].calls[i] && table == &call_tables[t];
  check("every call of a table is found", are_found);
  check("others are not", !find_call(call_tables[0].arch, SYS_getpid, &table) && !find_call(call_tables[0].arch, -1, &table) && !find_call(call_tables[0].arch, 100000, &table));
}

/* --- the records ------------------------------------------------------------------------------------------------------------------- */

static int is_written(const struct log *log, const char *record, size_t size) {
  static char text[1 << 20];
  uint64_t offset = 0, lost = 0;
  ssize_t length = log_read(log_file(log), &offset, &lost, text, sizeof text);
  return length > 0 && memmem(text, (size_t)length, record, size) != NULL;
}

static void check_log(void) {
  struct log *log = log_create();
  char text[64];
  uint64_t offset = 0, lost = 0;
  check("a record is new once", log_is_new(log, 'O', "/a", 2) && !log_is_new(log, 'O', "/a", 2) && log_is_new(log, 'W', "/a", 2));
  log_path(log, 'O', 12, "/a", 2);
  log_note(log, "key", 34);
  ssize_t n = log_read(log_file(log), &offset, &lost, text, sizeof text);
  check("records are as the reader wants them", n == 15 && !memcmp(text, "O12\t/a\0#key\t34\0", 15));
  check("nothing is read twice", log_read(log_file(log), &offset, &lost, text, sizeof text) == 0);
  log_lost(log);
  check("what is lost is counted", log_read(log_file(log), &offset, &lost, text, sizeof text) == 0 && lost == 1);
  int many = 1;
  for (int i = 0; i < 100000; i++) many &= log_is_new(log, 'O', text, (size_t)snprintf(text, sizeof text, "/many/%d", i));
  check("100,000 paths are told apart", many);
  check("what comes often is counted", log_count('E', "/a", 2) == 1 && log_count('E', "/a", 2) == 2 && log_count('E', "/b", 2) == 1);
  int other = open(folder, O_TMPFILE | O_RDWR, 0600);
  check("what is no log is not read", log_read(other, &offset, &lost, text, sizeof text) == -1);
  log_forget(log);
}

/* --- paths ------------------------------------------------------------------------------------------------------------------------- */

static void touch(const char *name) { close(open(name, O_CREAT | O_WRONLY, 0755)); }

static void check_links(void) {
  struct log *log = log_create();
  struct place place = {.root = 0};
  struct act act = {OP_OPEN, 7, 1};
  mkdir("real", 0755), touch("real/file");
  symlink("real", "folder"), symlink("folder/file", "one"), symlink("loop", "loop");
  place.length = (size_t)snprintf(place.path, PATH_SPACE, "%s/one", folder);
  log_place(log, &act, &place);
  char wanted[256];
  check("a link is recorded", is_written(log, wanted, (size_t)snprintf(wanted, sizeof wanted, "R7\t%s/one", folder) + 1));
  check("a link in the way too", is_written(log, wanted, (size_t)snprintf(wanted, sizeof wanted, "R7\t%s/folder", folder) + 1));
  check("and where they end", is_written(log, wanted, (size_t)snprintf(wanted, sizeof wanted, "O7\t%s/real/file", folder) + 1));
  place.length = (size_t)snprintf(place.path, PATH_SPACE, "%s/loop", folder);
  log_place(log, &act, &place);
  check("a loop ends", is_written(log, wanted, (size_t)snprintf(wanted, sizeof wanted, "O7\t%s/loop", folder) + 1));
  log_forget(log);
}

static void check_resolving(void) {
  struct place place;
  struct asked us = {.pid = getpid()};
  int here = open("real", O_PATH);
  check("absolute", resolve(&us, -1, "/x/y", &place) && !strcmp(place.path, "/x/y"));
  check("relative", resolve(&us, AT_FDCWD, "x", &place) && !strncmp(place.path, folder, strlen(folder)));
  check("of a descriptor", resolve(&us, here, "x", &place) && strstr(place.path, "/real/x"));
  check("the descriptor itself", resolve(&us, here, "", &place) && strstr(place.path, "/real"));
  int ends[2];
  check("a pipe is no folder", pipe(ends) == 0 && !resolve(&us, ends[0], "", &place));
  check("no such descriptor", !resolve(&us, 12345, "x", &place));
  struct asked told = {.pid = 1 << 22, .process = getpid(), .path = "x"};
  check("of a thread that has ended", resolve(&told, AT_FDCWD, "x", &place) && !strncmp(place.path, folder, strlen(folder)));
  told.process = told.pid;
  check("and once more, when its process has too", resolve(&told, AT_FDCWD, "x", &place));
  forget_folders();
  settle_folders();
  check("but not after it may have changed", !resolve(&told, AT_FDCWD, "x", &place));
}

/* A program that is there is told of with its parent, 64 times; one that is looked for in vain is not. */
static void check_processes(void) {
  struct log *log = log_create();
  const struct call_table *table = &call_tables[0];
  for (size_t i = 0; i < table->count; i++) {
    const struct call *call = &table->calls[i];
    if (call->op != OP_EXEC || call->dirfd >= 0) continue;
    struct asked asked = {.pid = getpid(), .arch = table->arch, .nr = call->nr};
    asked.args[call->path] = (uintptr_t)"/bin/sh";
    for (int time = 0; time < 100; time++) record_call(log, &asked);
    asked.args[call->path] = (uintptr_t)"/bin/none-of-these";
    record_call(log, &asked);
  }
  static char text[1 << 16];
  char wanted[64];
  uint64_t offset = 0, lost = 0;
  int length = snprintf(wanted, sizeof wanted, "E%d\t%d /bin/sh", (int)getpid(), (int)getppid()), times = 0;
  ssize_t n = log_read(log_file(log), &offset, &lost, text, sizeof text);
  for (char *at = text; n > 0 && (at = memmem(at, (size_t)(text + n - at), wanted, (size_t)length + 1)); at++) times++;
  check("the first beginnings of a program are told", times == 64);
  check("a program that is not there does not begin", !memmem(text, (size_t)n, " /bin/none", 10));
  log_forget(log);
}

static int processors_allowed(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

static void check_processor(void) {
  int all = processors_allowed();
  for (int i = 0; i < 300; i++) choose_processor(7);
  check("where one asks, the sensor stays", processors_allowed() == 1);
  for (int i = 0; i < 300; i++) choose_processor(7 + i % 2);
  check("where several ask, it goes to them", processors_allowed() == all);
}

static void check_record(void) {
  struct log *log = log_create();
  const struct call_table *table = &call_tables[0];
  for (size_t i = 0; i < table->count; i++) {
    const struct call *call = &table->calls[i];
    if (call->op != OP_OPEN || call->dirfd < 0 || call->flags < 0) continue;
    struct asked asked = {.pid = getpid(), .arch = table->arch, .nr = call->nr};
    asked.args[call->dirfd] = (uint64_t)(int64_t)AT_FDCWD;
    asked.args[call->path] = (uintptr_t)"/some/where";
    asked.args[call->flags] = O_WRONLY;
    record_call(log, &asked);
    asked.args[call->path] = 1;
    record_call(log, &asked);
  }
  char wanted[64];
  check("an open call is read out of memory", is_written(log, wanted, (size_t)snprintf(wanted, sizeof wanted, "W%d\t/some/where", (int)getpid()) + 1));
  uint64_t offset = 0, lost = 9;
  char text[256];
  log_read(log_file(log), &offset, &lost, text, sizeof text);
  check("a path that nobody can read is not lost", lost == 0);
  log_forget(log);
}

/* --- the rest ---------------------------------------------------------------------------------------------------------------------- */

static void check_sha256(void) {
  static const uint8_t abc[4] = {0xba, 0x78, 0x16, 0xbf}, none[4] = {0xe3, 0xb0, 0xc4, 0x42}, million[4] = {0xcd, 0xc7, 0x6e, 0x5c};
  struct sha256 sha;
  uint8_t digest[32];
  sha256_begin(&sha), sha256_add(&sha, "abc", 3), sha256_end(&sha, digest);
  check("SHA-256 of abc", !memcmp(digest, abc, 4));
  sha256_begin(&sha), sha256_end(&sha, digest);
  check("SHA-256 of nothing", !memcmp(digest, none, 4));
  sha256_begin(&sha);
  for (int i = 0; i < 1000000; i++) sha256_add(&sha, "a", 1);
  sha256_end(&sha, digest);
  check("SHA-256 of a million", !memcmp(digest, million, 4));
}

static void check_wire(void) {
  int sockets[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
  check("a descriptor is sent", send_fd(sockets[0], 1) == 0);
  check("and received", receive_fd(sockets[1]) >= 0);
  close(sockets[0]);
  check("the end is no descriptor", receive_fd(sockets[1]) == -1);
}

static void check_identity(void) {
  struct identity identity;
  check("root by name", !find_identity("root", &identity) && identity.uid == 0 && !strcmp(identity.home, "/root"));
  check("a number that nobody has", !find_identity("4321:8765", &identity) && identity.uid == 4321 && identity.gid == 8765 && !strcmp(identity.home, "/"));
  check("a name that nobody has", find_identity("no-such-user", &identity) == -ENOENT);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if (!mkdtemp(folder) || chdir(folder) < 0) return 1;
  check_tables();
  check_filter();
  check_telling();
  check_disguise();
  check_text();
  check_lines();
  check_tracepoint();
  check_empty_path();
  check_log();
  check_links();
  check_resolving();
  check_record();
  check_processes();
  check_processor();
  check_sha256();
  check_wire();
  check_identity();
  check_served();
  const char *names[] = {"real/file", "real", "folder", "one", "loop", folder};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) remove(names[i]);
  return failures > 0;
}
