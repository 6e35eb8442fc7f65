#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <linux/elf.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS                                                                                                       \
  (PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD)

static long trace(int request, pid_t pid, void *address, void *data) { return syscall(SYS_ptrace, request, pid, address, data); }

/* Makes the call that is about to be made none, with a result of ours. */
static void skip_call(pid_t pid, int result) {
#if defined(__x86_64__)
  struct user_regs_struct registers;
  if (trace(PTRACE_GETREGS, pid, NULL, &registers) < 0) return;
  registers.orig_rax = (unsigned long long)-1;
  registers.rax = (unsigned long long)(long long)result;
  trace(PTRACE_SETREGS, pid, NULL, &registers);
#elif defined(__aarch64__)
  int none = -1;
  struct user_regs_struct registers;
  struct iovec number = {&none, sizeof none};
  struct iovec all = {&registers, sizeof registers};
  trace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &number);
  if (trace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all) < 0) return;
  registers.regs[0] = (unsigned long long)(long long)result;
  trace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &all);
#endif
}

static void handle_call(struct log *log, pid_t pid) {
  struct ptrace_syscall_info info;
  memset(&info, 0, sizeof info);
  if (trace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_SECCOMP) {
    log_lost(log);
    return;
  }
  struct asked asked = {.pid = pid, .arch = info.arch, .nr = (int)info.seccomp.nr};
  for (int i = 0; i < 6; i++) asked.args[i] = info.seccomp.args[i];
  record_call(log, &asked);
  int result = 0;
  if (guard_call(&asked, &result)) skip_call(pid, result);
}

static void go_on(struct log *log, pid_t pid, int status) {
  int number = WSTOPSIG(status);
  int event = status >> 16;
  if (event == PTRACE_EVENT_SECCOMP) handle_call(log, pid);
  int is_stopped = event == PTRACE_EVENT_STOP && (number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU);
  if (is_stopped) trace(PTRACE_LISTEN, pid, NULL, NULL);
  else trace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)(event == 0 ? number : 0));
}

/* Takes hold of the program when it says it is ready, and tells it how that went. */
static void seize(pid_t tracee, int socket) {
  char byte;
  if (read(socket, &byte, 1) != 1) _exit(1);
  int error = trace(PTRACE_SEIZE, tracee, NULL, (void *)OPTIONS) < 0 ? errno : 0;
  if (write_all(socket, &error, sizeof error) < 0 || error) _exit(1);
}

int follow_tracee(pid_t tracee, int socket, struct log *log) {
  seize(tracee, socket);
  close(socket);
  int status, result = 0;
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return result; /* nobody is left to be traced */
    if (WIFSTOPPED(status)) go_on(log, pid, status);
    else if (pid == tracee) result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
}
