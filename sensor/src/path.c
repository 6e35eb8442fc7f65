#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* process_vm_readv is one call, but an engine's seccomp profile may forbid it; then /proc/PID/mem, kept open for the last process asked. */
static struct {
  pid_t pid;
  int fd;
} memory_file = {0, -1};
static int is_direct_forbidden;

/* A process that executes gets a new memory; the open file would go on showing the old one. */
void forget_memory(void) { memory_file.pid = 0; }

static int memory_fd(pid_t pid) {
  if (memory_file.pid == pid) return memory_file.fd;
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/mem", (int)pid);
  if (memory_file.fd >= 0) close(memory_file.fd);
  memory_file.fd = open(name, O_RDONLY | O_CLOEXEC);
  memory_file.pid = memory_file.fd >= 0 ? pid : 0;
  return memory_file.fd;
}

static ssize_t read_file_memory(pid_t pid, uint64_t address, void *buffer, size_t size) {
  int fd = memory_fd(pid);
  ssize_t n = fd < 0 ? -1 : pread(fd, buffer, size, (off_t)address);
  if (n > 0 || fd < 0) return n;
  memory_file.pid = 0;
  fd = memory_fd(pid);
  return fd < 0 ? -1 : pread(fd, buffer, size, (off_t)address);
}

int read_memory(pid_t pid, uint64_t address, void *buffer, size_t size) {
  struct iovec local = {buffer, size};
  struct iovec remote = {(void *)(uintptr_t)address, size};
  ssize_t n = is_direct_forbidden ? -1 : process_vm_readv(pid, &local, 1, &remote, 1, 0);
  if (n < 0 && (is_direct_forbidden || errno == EPERM || errno == ENOSYS)) {
    n = read_file_memory(pid, address, buffer, size);
    if (n > 0) is_direct_forbidden = 1;
  }
  return n < 0 ? -1 : (int)n;
}

/* Reads a text up to its NUL, page by page, since the next page may not be mapped. Returns its length, -1 when it cannot be read. */
int read_path(pid_t pid, uint64_t address, char *buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    size_t wanted = 4096 - ((address + done) & 4095);
    if (wanted > 256 && done == 0) wanted = wanted < 256 ? wanted : 256;
    if (wanted > size - done) wanted = size - done;
    int n = read_memory(pid, address + done, buffer + done, wanted);
    if (n <= 0) return -1;
    char *end = memchr(buffer + done, '\0', (size_t)n);
    if (end) return (int)(end - buffer);
    done += (size_t)n;
  }
  return -1;
}

static size_t read_link(const char *link, char *out, size_t size) {
  ssize_t n = readlink(link, out, size - 1);
  if (n <= 0) return 0;
  out[n] = '\0';
  return (size_t)n;
}

/* The folder that a relative path starts from, as the process sees it. */
static size_t base_of(pid_t pid, int dirfd, char *out, size_t size) {
  char link[64];
  if (dirfd == AT_FDCWD)
    snprintf(link, sizeof link, "/proc/%d/cwd", (int)pid);
  else
    snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)pid, dirfd);
  return read_link(link, out, size);
}

/* The prefix of a process that changed its root; nothing for the container's own root. */
static size_t root_of(pid_t pid, char *out, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/%d/root", (int)pid);
  size_t length = read_link(link, out, size);
  return length == 1 && out[0] == '/' ? 0 : length;
}

/* Writes the absolute path (before links are followed) and returns its length; 0 when its base cannot be known. */
size_t resolve(pid_t pid, int dirfd, const char *path, char *out, size_t size) {
  size_t length = path[0] == '/' ? root_of(pid, out, size) : base_of(pid, dirfd, out, size);
  if (path[0] != '/' && length == 0) return 0;
  size_t rest = strlen(path);
  if (rest == 0) return length;
  if (length + rest + 2 > size) return 0;
  if (path[0] != '/' && out[length - 1] != '/') out[length++] = '/';
  memcpy(out + length, path, rest + 1);
  return length + rest;
}
