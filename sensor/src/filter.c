#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#define X32_BIT 0x40000000
#define MAX_PROGRAM FILTER_SPACE

struct program {
  struct sock_filter code[MAX_PROGRAM];
  unsigned short length;
  uint32_t action;
  uint32_t others; /* what all other calls get */
  int is_telling;
  pid_t sensor;
};

static void emit(struct program *program, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf) {
  if (program->length >= MAX_PROGRAM) die("filter too long", 0);
  program->code[program->length++] = (struct sock_filter){code, jt, jf, k};
}

static void emit_load(struct program *program, size_t offset) { emit(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }

static void emit_argument(struct program *program, int index) { emit_load(program, offsetof(struct seccomp_data, args) + 8 * (size_t)index); }

static void emit_return(struct program *program, uint32_t action) { emit(program, BPF_RET | BPF_K, action, 0, 0); }

/* Goes on to the next instruction when equal, else over the `skip` after it. */
static void emit_unless(struct program *program, uint32_t value, uint8_t skip) { emit(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip); }

/* fstat is newfstatat or statx with AT_EMPTY_PATH: without this it would be most of what is asked. */
static void emit_look_with_flags(struct program *program, const struct call *call) {
  emit_unless(program, (uint32_t)call->nr, 4);
  emit_argument(program, call->at);
  emit(program, BPF_JMP | BPF_JSET | BPF_K, AT_EMPTY_PATH, 0, 1);
  emit_return(program, program->others);
  emit_return(program, program->action);
}

/* Goes on when the path starts at a descriptor. */
static void emit_told(struct program *program, const struct call *call) {
  if (call->dirfd < 0) return;
  emit_unless(program, (uint32_t)call->nr, 4);
  emit_argument(program, call->dirfd);
  emit_unless(program, (uint32_t)AT_FDCWD, 1);
  emit_return(program, program->others);
  emit_load(program, offsetof(struct seccomp_data, nr));
}

static void emit_call(struct program *program, const struct call_table *table, const struct call *call) {
  int is_told_here = program->is_telling && is_call_told(table, call);
  if (is_told_here) emit_told(program, call);
  if (is_told_here && call->dirfd < 0) return;
  if (call->op == OP_LOOK && call->at >= 0) {
    emit_look_with_flags(program, call);
    return;
  }
  emit_unless(program, (uint32_t)call->nr, 1);
  emit_return(program, program->action);
}

/* The sensor and its process group do not exist for the program; all processes (kill -1) are for the sensor to go through. */
static void emit_reach(struct program *program, const struct reach *reach, int is_kill) {
  emit_unless(program, (uint32_t)reach->nr, is_kill ? 8 : 6);
  emit_argument(program, reach->pid);
  emit_unless(program, (uint32_t)program->sensor, 1);
  emit_return(program, SECCOMP_RET_ERRNO | ESRCH);
  emit_unless(program, (uint32_t)-program->sensor, 1);
  emit_return(program, SECCOMP_RET_ERRNO | ESRCH);
  if (is_kill) {
    emit_unless(program, (uint32_t)-1, 1);
    emit_return(program, program->action);
  }
  emit_return(program, program->others);
}

/* With these the listener is handed over: nobody could answer them yet. */
static void emit_handing_over(struct program *program) {
  const int calls[] = {SYS_sendmsg, SYS_close};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    emit_unless(program, (uint32_t)calls[i], 1);
    emit_return(program, SECCOMP_RET_ALLOW);
  }
}

/* What a process is told to have done is looked at while it is still there; and who takes the sensor's name would not be told of. */
static void emit_for_telling(struct program *program, const struct call_table *table) {
  if (table == call_tables) {
    emit_unless(program, EXIT_GROUP, 1);
    emit_return(program, program->action);
  }
  emit_unless(program, (uint32_t)table->prctl, 4);
  emit_argument(program, 0);
  emit_unless(program, PR_SET_NAME, 1);
  emit_return(program, program->action);
  emit_load(program, offsetof(struct seccomp_data, nr));
}

static void emit_table(struct program *program, const struct call_table *table) {
  emit_load(program, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
  /* Another numbering of the same calls: nobody uses it, and through it a program would go unseen. */
  emit(program, BPF_JMP | BPF_JSET | BPF_K, X32_BIT, 0, 1);
  emit_return(program, SECCOMP_RET_ERRNO | ENOSYS);
#endif
  for (size_t i = 0; i < table->count; i++) emit_call(program, table, &table->calls[i]);
  if (program->is_telling) emit_for_telling(program, table);
  emit_unless(program, PIDFD_SEND_SIGNAL, 1);
  emit_return(program, program->action);
  for (size_t i = 0; i < table->reach_count; i++) emit_reach(program, &table->reaches[i], table->reaches[i].nr == table->kill);
  if (program->others != SECCOMP_RET_ALLOW && table == call_tables) emit_handing_over(program);
  emit_return(program, program->others);
}

static void build(struct program *program, const struct filter *filter) {
  *program = (struct program){.action = filter->action,
                              .others = filter->has_all_calls ? filter->action : SECCOMP_RET_ALLOW,
                              .is_telling = filter->is_telling && !filter->has_all_calls,
                              .sensor = filter->sensor};
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

size_t build_filter(struct sock_filter *code, const struct filter *filter) {
  static struct program program;
  build(&program, filter);
  memcpy(code, program.code, program.length * sizeof *code);
  return program.length;
}

int install_filter(const struct filter *filter) {
  static struct program program;
  build(&program, filter);
  struct sock_fprog fprog = {program.length, program.code};
  if (filter->action != SECCOMP_RET_USER_NOTIF) return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &fprog) < 0 ? -errno : 0;
  unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  /* From 5.19 on: a signal that does not kill waits until the answer is there, so fewer calls end in EINTR. */
  long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &fprog);
  if (fd < 0 && errno == EINVAL) fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &fprog);
  return fd >= 0 ? (int)fd : -errno;
}
