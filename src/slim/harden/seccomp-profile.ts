/** What the engine's runtime itself calls between taking the profile and starting the program (runc, crun), and what starts any program. */
const OF_THE_RUNTIME =
  "access arch_prctl brk capget capset chdir clock_gettime clone close close_range dup dup2 dup3 epoll_create1 epoll_ctl epoll_pwait epoll_wait execve exit exit_group faccessat faccessat2 fchdir fchown fcntl fstat fstatfs futex getcwd getdents64 getegid geteuid getgid getgroups getpgrp getpid getppid getrandom gettid getuid ioctl kill lseek madvise mmap mprotect munmap nanosleep newfstatat open openat openat2 pipe2 poll prctl pread64 prlimit64 read readlinkat rseq rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity sched_yield seccomp set_robust_list set_tid_address setgid setgroups setsid setuid sigaltstack stat statfs statx tgkill umask uname wait4 write".split(
    " ",
  );

/** Newer calls whose users fall back to older ones when the kernel does not have them: to refuse them would break what need not break. */
const WITH_FALLBACK =
  "cachestat clone3 close_range copy_file_range epoll_pwait2 faccessat2 fchmodat2 futex_waitv io_uring_setup landlock_create_ruleset membarrier memfd_create openat2 pidfd_open preadv2 process_madvise pwritev2 rseq statx".split(
    " ",
  );
const ENOSYS = 38;

/** A seccomp profile, as `docker run --security-opt seccomp=FILE` takes it, that allows these calls and what any container needs to start. */
export function seccompProfile(calls: readonly string[]): string {
  const allowed = new Set([...calls, ...OF_THE_RUNTIME]);
  const missing = WITH_FALLBACK.filter((name) => !allowed.has(name));
  const profile = {
    defaultAction: "SCMP_ACT_ERRNO",
    architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
    syscalls: [
      { names: [...allowed].sort(), action: "SCMP_ACT_ALLOW" },
      { names: missing, action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
    ],
  };
  return `${JSON.stringify(profile, null, 1)}\n`;
}
