#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* process_vm_readv is one call, but an engine's seccomp profile may forbid it; then /proc/PID/mem, kept open for the last process asked.
   The open file is also the faster one for a process that calls again and again, since who may read was settled when it was opened. */
static struct {
  pid_t pid;
  int fd;
} memory_file = {0, -1};
static int is_direct_forbidden;
static pid_t last_caller;
static int calls_in_a_row;

#define IN_A_ROW 16
#define FIRST_READ 128

/* A process that executes gets a new memory; the open file would go on showing the old one. */
void forget_memory(void) {
  memory_file.pid = 0;
  calls_in_a_row = 0;
}

static int is_frequent(pid_t pid) {
  calls_in_a_row = pid == last_caller ? calls_in_a_row + 1 : 0;
  last_caller = pid;
  return calls_in_a_row > IN_A_ROW;
}

static int memory_fd(pid_t pid) {
  if (memory_file.pid == pid) return memory_file.fd;
  char name[64];
  format_text(name, sizeof name, "/proc/%d/mem", (int)pid);
  if (memory_file.fd >= 0) close(memory_file.fd);
  memory_file.fd = open(name, O_RDONLY | O_CLOEXEC);
  memory_file.pid = memory_file.fd >= 0 ? pid : 0;
  return memory_file.fd;
}

static ssize_t read_file_memory(pid_t pid, uint64_t address, void *buffer, size_t size) {
  for (int attempt = 0; attempt < 2; attempt++) {
    int fd = memory_fd(pid);
    ssize_t n = fd < 0 ? -1 : pread(fd, buffer, size, (off_t)address);
    if (n > 0 || fd < 0) return n;
    memory_file.pid = 0; /* an empty answer may come from the memory before an execution */
  }
  errno = EFAULT;
  return -1;
}

/* Returns the bytes read or -errno. EFAULT: the program's own call will fail as well. ESRCH: it was killed meanwhile. */
int read_memory(pid_t pid, uint64_t address, void *buffer, size_t size) {
  struct iovec local = {buffer, size};
  struct iovec remote = {(void *)(uintptr_t)address, size};
  ssize_t n = -1;
  if (!is_direct_forbidden && is_frequent(pid) && (n = read_file_memory(pid, address, buffer, size)) > 0) return (int)n;
  if (!is_direct_forbidden) n = process_vm_readv(pid, &local, 1, &remote, 1, 0);
  if (n < 0 && (is_direct_forbidden || errno == EPERM || errno == ENOSYS)) {
    n = read_file_memory(pid, address, buffer, size);
    if (n > 0) is_direct_forbidden = 1;
  }
  return n < 0 ? -errno : (int)n;
}

/* Reads a text up to its NUL, never over a page's end, since the next page may not be mapped. Returns its length or -errno. */
int read_text(pid_t pid, uint64_t address, char *buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    size_t wanted = 4096 - ((address + done) & 4095);
    if (done == 0 && wanted > FIRST_READ) wanted = FIRST_READ; /* most paths are short */
    if (wanted > size - done) wanted = size - done;
    int n = read_memory(pid, address + done, buffer + done, wanted);
    if (n <= 0) return n < 0 ? n : -EFAULT;
    char *end = memchr(buffer + done, '\0', (size_t)n);
    if (end) return (int)(end - buffer);
    done += (size_t)n;
  }
  return -ENAMETOOLONG;
}
