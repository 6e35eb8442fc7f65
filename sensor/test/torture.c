/* Touches a path in every way the kernel knows. `torture prepare` makes what it needs, `torture list` prints what must be seen
   (name, act, path in hexadecimal), `torture` does it. Linked statically below 4 GB, so that 32-bit calls can point at its texts. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#define NAME50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"
#define NAME500 NAME50 NAME50 NAME50 NAME50 NAME50 NAME50 NAME50 NAME50 NAME50 NAME50
#define LONG_PATH "/t/" NAME500 NAME500 NAME500 NAME500 NAME500 NAME500 NAME500 "file"

static struct stat status;
static struct statfs file_system;
static struct { unsigned size; int type; char space[128]; } handle = {128, 0, {0}};
static struct open_how how = {.flags = O_RDONLY};
static struct open_how how_path = {.flags = O_PATH};
static char space[4096];
static int here, mount;

#define in_child(call)       \
  ({                         \
    pid_t child = fork();    \
    if (child == 0) {        \
      if (call) _exit(1);    \
      _exit(0);              \
    }                        \
    waitpid(child, NULL, 0); \
  })

/* An engine's own filter may stand before the sensor's: then nothing is touched, and nothing is to be seen. */
static void may_be_refused(const char *name, long result) {
  if (result < 0 && (errno == EPERM || errno == ENOSYS)) printf("refused %s\n", name);
}

/* Nobody waits for a daemon, and with the first process all others end: its end of a pipe tells that it is through. */
static void run_daemon(const char *path) {
  int ends[2];
  char byte;
  if (pipe(ends) < 0) return;
  in_child(fork() || setsid() < 0 || fork() || open(path, O_RDONLY));
  close(ends[1]);
  read(ends[0], &byte, 1);
  close(ends[0]);
}

static void run_child(const char *path, int is_shared) {
  char *argv[] = {(char *)path, "nothing", NULL}, *env[] = {NULL};
  pid_t pid = is_shared ? vfork() : fork();
  if (pid == 0) {
    execve(path, argv, env);
    _exit(1);
  }
  waitpid(pid, NULL, 0);
}

static void run_child_at(int folder, const char *path, int flags) {
  char *argv[] = {"program", "nothing", NULL}, *env[] = {NULL};
  pid_t pid = fork();
  if (pid == 0) {
    syscall(SYS_execveat, folder, path, argv, env, flags);
    _exit(1);
  }
  waitpid(pid, NULL, 0);
}

static struct sockaddr_un address_of(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, path);
  return address;
}

static void call_socket(const char *path, int is_bound) {
  struct sockaddr_un address = address_of(path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (is_bound) bind(fd, (struct sockaddr *)&address, sizeof address);
  else connect(fd, (struct sockaddr *)&address, sizeof address);
  close(fd);
}

static void *open_it(void *path) { return (void *)(long)open(path, O_RDONLY); }

static void in_thread(const char *path) {
  pthread_t thread;
  pthread_create(&thread, NULL, open_it, (void *)path);
  pthread_join(thread, NULL);
}

/* A path whose first part ends with a page, and whose NUL stands just before one that is not there. */
static const char *at_border(const char *path) {
  char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 2 * 4096, 4096);
  size_t slashes = 4096 + 4 - strlen(path);
  memset(pages, '/', 2 * 4096);
  return strcpy(pages + 2 * 4096 - strlen(path) - 1, path) - (slashes > 100 ? 100 : 0);
}

#if defined(__x86_64__)
static long old_call(long nr, long a, long b, long c) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
  return result;
}

/* Not every kernel has them. */
static int has_old_numbers(void) {
  int end = 1;
  if (fork() == 0) _exit(old_call(20, 0, 0, 0) == getpid() ? 0 : 1);
  wait(&end);
  return end == 0;
}

static void old_connect(const char *path) {
  static struct sockaddr_un address;
  static unsigned arguments[3];
  address = address_of(path);
  arguments[0] = (unsigned)socket(AF_UNIX, SOCK_STREAM, 0);
  arguments[1] = (unsigned)(long)&address;
  arguments[2] = sizeof address;
  old_call(102, 3, (long)arguments, 0);
}
#endif

#define SHAPE(name, act, path, ...) \
  static void touch_##name(const char *P) { (void)P; (void)0, __VA_ARGS__; }
#include "shapes.h"
#undef SHAPE

static const struct shape {
  const char *name;
  const char *act;
  const char *path;
  void (*touch)(const char *path);
} shapes[] = {
#define SHAPE(name, act, path, ...) {#name, act, path, touch_##name},
#include "shapes.h"
};
#define COUNT (sizeof shapes / sizeof *shapes)

static void make_file(const char *path, const char *text, int mode) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) perror(path);
  close(fd);
}

static void copy_itself(const char *path) {
  int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
  for (ssize_t n; (n = read(from, space, sizeof space)) > 0;)
    if (write(to, space, (size_t)n) != n) perror(path);
  close(from);
  close(to);
}

static void make_folders(const char *path) {
  char part[8192];
  strcpy(part, path);
  for (char *slash = part + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
    *slash = '\0';
    mkdir(part, 0755);
  }
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), wanted = strlen(end);
  return length >= wanted && !strcmp(text + length - wanted, end);
}

/* By the end of its name: .new is made by the shape itself, .no is never there. */
static void prepare_shape(const char *path) {
  if (ends_with(path, ".new") || ends_with(path, ".no") || !strncmp(path, "/t/nothing", 10) || !strncmp(path, "/t/stat/", 8) || strncmp(path, "/t/", 3)) return;
  make_folders(path);
  if (ends_with(path, ".d")) mkdir(path, 0755);
  else if (ends_with(path, ".link")) symlink("nowhere", path);
  else if (ends_with(path, ".exe")) copy_itself(path);
  else make_file(path, "", 0644);
}

static void link_to(const char *target, const char *path) {
  unlink(path);
  if (symlink(target, path) < 0) perror(path);
}

static int prepare(void) {
  umask(0);
  mkdir("/t", 0777);
  mkdir("/t/here", 0777);
  for (size_t i = 0; i < COUNT; i++)
    if (!strstr(shapes[i].path, ".link/")) prepare_shape(shapes[i].path);
  link_to("folder-link.d", "/t/folder-link.link");
  link_to("chain2.link", "/t/chain1.link");
  link_to("/t/here/chain3.link", "/t/chain2.link");
  link_to("../chain-end", "/t/here/chain3.link");
  mkdir("/t/up-through.d/below", 0755);
  link_to("up-through.d/below", "/t/up-through.link");
  link_to("/link-end", "/t/root.d/link");
  unlink("/t/script.sh"), unlink("/t/script-of-script.sh");
  make_file("/t/script.sh", "#! /t/interpreter.exe nothing\n", 0755);
  make_file("/t/script-of-script.sh", "#!/t/script.sh\n", 0755);
  const char *plain[] = {"/t/rename-to", "/t/renameat2", "/t/link", "/t/root.d/absolute"};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) make_file(plain[i], "", 0644);
  return 0;
}

static int list(void) {
  for (size_t i = 0; i < COUNT; i++) {
    printf("%s\t%s\t", shapes[i].name, shapes[i].act);
    for (const char *at = shapes[i].path; *at; at++) printf("%02x", (unsigned char)*at);
    printf("\n");
  }
  return 0;
}

/* 60,000 paths by 8 processes at once, each touched once. */
static int burst(void) {
  char path[64];
  for (int process = 0; process < 8; process++) {
    if (fork() != 0) continue;
    for (int i = 0; i < 7500; i++) {
      snprintf(path, sizeof path, "/burst/%d/%d", process, i);
      open(path, O_RDONLY);
    }
    _exit(0);
  }
  while (wait(NULL) > 0) continue;
  return 0;
}

static void ignore_signal(int number) { (void)number; }

/* A handler without SA_RESTART under many signals: how many calls that never end in EINTR by themselves do. */
static int signals(void) {
  struct sigaction action = {.sa_handler = ignore_signal};
  struct itimerval often = {{0, 300}, {0, 300}};
  int interrupted = 0;
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
  for (int i = 0; i < 6000; i++) {
    int fd = open("/etc/passwd", O_RDONLY);
    interrupted += fd < 0 && errno == EINTR;
    interrupted += stat("/etc/group", &status) < 0 && errno == EINTR;
    if (fd >= 0) close(fd);
  }
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
  printf("%d interrupted\n", interrupted);
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "prepare")) return prepare();
  if (argc > 1 && !strcmp(argv[1], "list")) return list();
  if (argc > 1 && !strcmp(argv[1], "burst")) return burst();
  if (argc > 1 && !strcmp(argv[1], "signals")) return signals();
  if (argc > 1) return 0;
  if (chdir("/t/here") < 0) return 1;
  here = open("/t/here", O_PATH);
  umask(0);
  setvbuf(stdout, NULL, _IONBF, 0);
  int has_all = has_old_numbers();
  for (size_t i = 0; i < COUNT; i++) {
    int is_touched = has_all || strncmp(shapes[i].name, "old_numbers", 11);
    if (is_touched) shapes[i].touch(shapes[i].path);
    else printf("refused %s\n", shapes[i].name);
  }
  /* A way past every filter by call: it must not be there, and be told of. */
  if (syscall(425, 8, space) >= 0 || errno != ENOSYS) return printf("io_uring is there\n"), 3;
  return 0;
}
