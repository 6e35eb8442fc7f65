/* What a program would try to get out of its container, or at the sensor. Prints "worked NAME" for each attempt that did, and the
   capabilities it has that no program should. `hostile out`: only the ways out. Run it in a container, never elsewhere. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SENSOR "/.cooper-sensor"

static void tell(const char *name, long result) {
  if (result >= 0) printf("worked %s\n", name);
}

/* In a process of its own: what works must not change the rest. */
static long in_child(long (*attempt)(void)) {
  pid_t pid = fork();
  if (pid == 0) _exit(attempt() < 0 ? 1 : 0);
  int status = 1;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static long unshare_mounts(void) { return unshare(CLONE_NEWNS); }
static long unshare_user(void) { return unshare(CLONE_NEWUSER); }
static long unshare_cgroup(void) { return unshare(CLONE_NEWCGROUP); }
static long new_root(void) { return syscall(SYS_pivot_root, "/tmp", "/tmp"); }

static long clone_mounts(void) {
  long pid = syscall(SYS_clone, CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  return pid;
}

static long clone3_mounts(void) {
  unsigned long long arguments[11] = {CLONE_NEWNS, 0, 0, 0, SIGCHLD};
  long pid = syscall(435, arguments, 64);
  if (pid == 0) _exit(0);
  return pid;
}

/* The way out of cgroup v1: a program of the host's that runs when a group becomes empty. */
static long take_release_agent(void) {
  mkdir("/tmp/cgroup", 0700);
  if (mount("cgroup", "/tmp/cgroup", "cgroup", 0, "rdma") < 0 && mount("cgroup", "/tmp/cgroup", "cgroup", 0, "memory") < 0) return -1;
  int fd = open("/tmp/cgroup/release_agent", O_WRONLY);
  umount2("/tmp/cgroup", MNT_DETACH);
  return fd;
}

static long join(const char *namespace) {
  int fd = open(namespace, O_RDONLY);
  return fd < 0 ? -1 : setns(fd, 0);
}
static long join_mounts(void) { return join("/proc/1/ns/mnt"); }

#if defined(__x86_64__)
static long old_mount(void) {
  long result;
  static char none[] = "none", where[] = "/mnt", kind[] = "tmpfs";
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(21), "b"(none), "c"(where), "d"(kind), "S"(0), "D"(0) : "memory", "r8", "r9", "r10", "r11");
  return result;
}
#endif

static void try_to_get_out(void) {
  tell("mount", mount("none", "/mnt", "tmpfs", 0, NULL));
  tell("mount by another number", syscall(0x40000000 | SYS_mount, "none", "/mnt", "tmpfs", 0, NULL));
#if defined(__x86_64__)
  tell("mount of 32-bit programs", in_child(old_mount));
#endif
  tell("umount", umount2("/proc/sys", MNT_DETACH));
  tell("release_agent", in_child(take_release_agent));
  tell("unshare mounts", in_child(unshare_mounts));
  tell("unshare user", in_child(unshare_user));
  tell("unshare cgroup", in_child(unshare_cgroup));
  tell("clone mounts", in_child(clone_mounts));
  tell("clone3 mounts", in_child(clone3_mounts));
  tell("setns", in_child(join_mounts));
  tell("pivot_root", in_child(new_root));
  tell("open_tree", syscall(428, AT_FDCWD, "/", 1));
  tell("move_mount", syscall(429, AT_FDCWD, "/tmp", AT_FDCWD, "/mnt", 0));
  tell("fsopen", syscall(430, "tmpfs", 0));
  tell("bpf", syscall(SYS_bpf, 0, NULL, 0) < 0 && errno == EPERM ? -1 : 0);
  tell("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, 0, -1, 0) < 0 && errno == EPERM ? -1 : 0);
  tell("open_by_handle_at", syscall(SYS_open_by_handle_at, -1, NULL, 0) < 0 && errno == EPERM ? -1 : 0);
  tell("sethostname", sethostname("hostile", 7));
}

/* The sensor's process, by its name. */
static pid_t find_sensor(void) {
  char name[64], text[64];
  for (pid_t pid = 2; pid < 4096; pid++) {
    snprintf(name, sizeof name, "/proc/%d/comm", (int)pid);
    int fd = open(name, O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    if (n > 0 && !strncmp(text, "cooper-sensor", 13)) return pid;
  }
  return 0;
}

static long open_of(pid_t pid, const char *file, int flags) {
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/%s", (int)pid, file);
  return open(name, flags);
}

static long write_memory(pid_t pid) {
  char byte = 0;
  struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
  return process_vm_writev(pid, &here, 1, &there, 1, 0) < 0 && errno == EFAULT ? 0 : -1;
}

static long call_collector(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SENSOR "/run0"};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  return connect(fd, (struct sockaddr *)&address, sizeof address);
}

static void try_the_sensor(void) {
  pid_t sensor = find_sensor();
  if (!sensor) {
    printf("worked hiding: there is no sensor to be found\n");
    return;
  }
  tell("ptrace", ptrace(PTRACE_ATTACH, sensor, NULL, NULL));
  tell("process_vm_writev", write_memory(sensor));
  tell("memory", open_of(sensor, "mem", O_RDWR));
  tell("descriptors", open_of(sensor, "fd/0", O_RDWR));
  tell("kill", kill(sensor, SIGKILL));
  tell("kill of the group", kill(-sensor, SIGKILL));
  tell("tkill", syscall(SYS_tkill, sensor, SIGKILL));
  tell("tgkill", syscall(SYS_tgkill, sensor, sensor, SIGKILL));
  tell("pidfd_open", syscall(434, sensor, 0));
  tell("pidfd_send_signal", syscall(424, open_of(sensor, "", O_RDONLY | O_DIRECTORY), SIGKILL, NULL, 0));
  tell("prlimit", syscall(SYS_prlimit64, sensor, 0, (long long[]){1, 1}, NULL));
  tell("write of the program", open(SENSOR "/sensor", O_WRONLY));
  tell("removal of the program", unlink(SENSOR "/sensor"));
  tell("removal of the socket", unlink(SENSOR "/run0"));
  tell("a file beside the program", open(SENSOR "/forged", O_WRONLY | O_CREAT, 0600));
  call_collector();
  kill(-1, SIGKILL);
  tell("killing all", open("/proc/self/status", O_RDONLY) < 0 && errno == ENOSYS ? 0 : -1);
}

int main(int argc, char **argv) {
  if (access(SENSOR "/sensor", F_OK) < 0) return 2; /* outside of a traced container much of this would work */
  setvbuf(stdout, NULL, _IONBF, 0);
  try_to_get_out();
  if (argc > 1 && !strcmp(argv[1], "out")) return 0;
  if (prctl(PR_CAPBSET_READ, 21, 0, 0, 0) == 1) printf("worked keeping SYS_ADMIN\n");
  if (prctl(PR_CAPBSET_READ, 19, 0, 0, 0) == 1) printf("worked keeping SYS_PTRACE\n");
  try_the_sensor();
  open("/seen-at-last", O_RDONLY);
  return 0;
}
