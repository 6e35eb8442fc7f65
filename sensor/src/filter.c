#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#define EMPTY_PATH 0x1000 /* AT_EMPTY_PATH: the call is about the descriptor alone */
#define MAX_PROGRAM 1024

struct program {
  struct sock_filter code[MAX_PROGRAM];
  unsigned short length;
};

static void emit(struct program *program, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf) {
  if (program->length >= MAX_PROGRAM) die("filter too long", 0);
  program->code[program->length++] = (struct sock_filter){code, jt, jf, k};
}

static void emit_load(struct program *program, size_t offset) { emit(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }

static void emit_return(struct program *program, uint32_t action) { emit(program, BPF_RET | BPF_K, action, 0, 0); }

/* fstat is newfstatat with AT_EMPTY_PATH: without this it would be most of what is asked. */
static void emit_fstatat(struct program *program, int nr) {
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 4);
  emit_load(program, offsetof(struct seccomp_data, args[3]));
  emit(program, BPF_JMP | BPF_JSET | BPF_K, EMPTY_PATH, 0, 1);
  emit_return(program, SECCOMP_RET_ALLOW);
  emit_return(program, SECCOMP_RET_USER_NOTIF);
}

static void emit_table(struct program *program, const struct call_table *table) {
  emit_load(program, offsetof(struct seccomp_data, nr));
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)table->io_uring_setup, 0, 1);
  emit_return(program, SECCOMP_RET_ERRNO | ENOSYS);
  emit_fstatat(program, table->fstatat);
  for (size_t i = 0; i < table->count; i++) {
    if (table->calls[i].nr == table->fstatat) continue;
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)table->calls[i].nr, 0, 1);
    emit_return(program, SECCOMP_RET_USER_NOTIF);
  }
  emit_return(program, SECCOMP_RET_ALLOW);
}

static void build(struct program *program) {
  for (size_t t = 0; t < call_table_count; t++) {
    emit_load(program, offsetof(struct seccomp_data, arch));
    /* A long jump over the table for another architecture: conditional jumps reach 255 instructions only. */
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, call_tables[t].arch, 1, 0);
    unsigned short jump = program->length;
    emit(program, BPF_JMP | BPF_JA, 0, 0, 0);
    emit_table(program, &call_tables[t]);
    program->code[jump].k = (uint32_t)(program->length - jump - 1);
  }
  emit_return(program, SECCOMP_RET_ALLOW);
}

int install_filter(int killable_wait) {
  static struct program program;
  build(&program);
  struct sock_fprog fprog = {program.length, program.code};
  unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  if (killable_wait) {
    long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &fprog);
    if (fd >= 0 || errno != EINVAL) return fd >= 0 ? (int)fd : -errno;
  }
  long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &fprog);
  return fd >= 0 ? (int)fd : -errno;
}
