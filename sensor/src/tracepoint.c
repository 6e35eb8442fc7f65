#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Calls that need no answer are told by the kernel itself: a program of ours at the tracepoint where calls end writes them into a ring, and
   the caller never has to wait for another process. Who may put it there needs SYS_ADMIN, in the first user namespace. */

#if defined(__x86_64__)
#include "bytecode.h"

#define LICENSE "Dual MIT/GPL" /* what the kernel's reading functions ask for */

/* Registers as the kernel keeps them while a call runs (struct pt_regs), in words. */
enum word { R10 = 7, DX = 12, SI = 13, DI = 14, NUMBER = 15, IP = 16, CS = 17, WORDS = 21 };

/* What lies where below the frame pointer. */
#define AT_IDS (-8)
#define AT_REGISTERS (AT_IDS - 8 * WORDS)
#define AT_KEY (AT_REGISTERS - 8)
#define AT_BYTES (AT_KEY - 8)
#define WORD(index) (AT_REGISTERS + 8 * (index))

#define CODE_32_BIT 0x23
#define INT_80 0x80cd

/* Reads `size` bytes at the address in register 3 to the frame. */
static void emit_read(struct program *program, int32_t function, int32_t offset, int32_t size) {
  emit_frame(program, BPF_REG_1, offset);
  emit_set(program, BPF_REG_2, size);
  emit_call(program, function);
}

/* Only of the processes of one namespace, by the numbers they have there; the sensor itself comes later. */
static void emit_whose(struct program *program, const struct stat *namespace) {
  emit_wide(program, BPF_REG_1, 0, namespace->st_dev);
  emit_wide(program, BPF_REG_2, 0, namespace->st_ino);
  emit_frame(program, BPF_REG_3, AT_IDS);
  emit_set(program, BPF_REG_4, 8);
  emit_call(program, BPF_FUNC_get_ns_current_pid_tgid);
  leave_when(program, BPF_JNE, BPF_REG_0, 0);
}

static void emit_not_ours(struct program *program) {
  uint64_t name[2] = {0};
  memcpy(name, SENSOR_NAME, sizeof SENSOR_NAME);
  emit_frame(program, BPF_REG_1, AT_BYTES - 8);
  emit_set(program, BPF_REG_2, 16);
  emit_call(program, BPF_FUNC_get_current_comm);
  emit_load(program, BPF_REG_1, BPF_REG_10, AT_BYTES - 8);
  emit_wide(program, BPF_REG_2, 0, name[0]);
  emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_X | BPF_JNE, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_2});
  int other = program->length - 1;
  emit_load(program, BPF_REG_1, BPF_REG_10, AT_BYTES);
  emit_wide(program, BPF_REG_2, 0, name[1]);
  emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_X | BPF_JNE, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_2, .off = 1});
  leave(program);
  land(program, other);
}

/* The registers of the caller; 32-bit calls have other numbers, and are asked about instead. */
static void emit_registers(struct program *program) {
  emit_load(program, BPF_REG_3, BPF_REG_6, 0);
  emit_read(program, BPF_FUNC_probe_read_kernel, AT_REGISTERS, 8 * WORDS);
  leave_when(program, BPF_JNE, BPF_REG_0, 0);
  emit_load(program, BPF_REG_1, BPF_REG_10, WORD(CS));
  leave_when(program, BPF_JEQ, BPF_REG_1, CODE_32_BIT);
}

/* Leaves the address of the path in register 8. */
static void emit_which(struct program *program, const struct call_table *table) {
  int plain[MAX_LEAVES], relative[MAX_LEAVES], plain_count = 0, relative_count = 0;
  emit_load(program, BPF_REG_7, BPF_REG_10, WORD(NUMBER));
  emit_load(program, BPF_REG_8, BPF_REG_10, WORD(DI));
  for (size_t i = 0; i < table->count; i++) {
    const struct call *call = &table->calls[i];
    if (!is_call_told(table, call)) continue;
    int jump = emit_jump(program, BPF_JEQ, BPF_REG_7, call->nr);
    if (call->dirfd < 0) plain[plain_count++] = jump;
    else relative[relative_count++] = jump;
  }
  leave(program);
  for (int i = 0; i < relative_count; i++) land(program, relative[i]);
  emit(program, (struct bpf_insn){.code = BPF_JMP32 | BPF_JNE | BPF_K, .dst_reg = BPF_REG_8, .imm = AT_FDCWD});
  program->leaves[program->leave_count++] = program->length - 1;
  emit_load(program, BPF_REG_8, BPF_REG_10, WORD(SI));
  for (int i = 0; i < plain_count; i++) land(program, plain[i]);
}

/* A 64-bit program may make a 32-bit call all the same. */
static void emit_not_int_80(struct program *program) {
  emit_zero(program, AT_BYTES);
  emit_load(program, BPF_REG_3, BPF_REG_10, WORD(IP));
  emit_add(program, BPF_REG_3, -2);
  emit_read(program, BPF_FUNC_probe_read_user, AT_BYTES, 2);
  emit_load(program, BPF_REG_1, BPF_REG_10, AT_BYTES);
  leave_when(program, BPF_JEQ, BPF_REG_1, INT_80);
}

/* The space where a record is put together, one for each processor. */
static void emit_space(struct program *program, int space) {
  emit_zero(program, AT_KEY);
  emit_wide(program, BPF_REG_1, BPF_PSEUDO_MAP_FD, (uint32_t)space);
  emit_frame(program, BPF_REG_2, AT_KEY);
  emit_call(program, BPF_FUNC_map_lookup_elem);
  leave_when(program, BPF_JEQ, BPF_REG_0, 0);
  emit_move(program, BPF_REG_9, BPF_REG_0);
}

static void emit_copy(struct program *program, int16_t to, int16_t from) {
  emit_load(program, BPF_REG_1, BPF_REG_10, from);
  emit_store(program, BPF_REG_9, to, BPF_REG_1);
}

static void emit_record(struct program *program) {
  static const int words[] = {DI, SI, DX, R10};
  emit_copy(program, offsetof(struct told_call, thread), AT_IDS);
  emit_copy(program, offsetof(struct told_call, nr), WORD(NUMBER));
  for (int i = 0; i < 4; i++) emit_copy(program, (int16_t)(offsetof(struct told_call, args) + 8 * (size_t)i), WORD(words[i]));
}

static void emit_count_lost(struct program *program, int lost) {
  emit_wide(program, BPF_REG_1, BPF_PSEUDO_MAP_FD, (uint32_t)lost);
  emit_frame(program, BPF_REG_2, AT_KEY);
  emit_call(program, BPF_FUNC_map_lookup_elem);
  leave_when(program, BPF_JEQ, BPF_REG_0, 0);
  emit_set(program, BPF_REG_1, 1);
  emit(program, (struct bpf_insn){.code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = BPF_REG_0, .src_reg = BPF_REG_1, .imm = BPF_ADD});
}

#define RESTARTS (-512) /* ERESTARTSYS and what follows: the call was cut off by a signal before it was made */

/* The result is in the second word of what the tracepoint gives. */
static void leave_when_not_made(struct program *program) {
  static const int not_made[] = {-EFAULT, -EINTR, -ENOSYS, -EPERM};
  emit_load(program, BPF_REG_1, BPF_REG_6, 8);
  for (size_t i = 0; i < sizeof not_made / sizeof *not_made; i++) leave_when(program, BPF_JEQ, BPF_REG_1, not_made[i]);
  leave_when(program, BPF_JSLE, BPF_REG_1, RESTARTS);
}

/* The kernel has just read the path itself: where that failed, or was not tried, the call failed too. */
static void emit_path(struct program *program, const struct tracepoint *tracepoint) {
  emit_move(program, BPF_REG_1, BPF_REG_9);
  emit_add(program, BPF_REG_1, sizeof(struct told_call));
  emit_set(program, BPF_REG_2, TOLD_PATH);
  emit_move(program, BPF_REG_3, BPF_REG_8);
  emit_call(program, BPF_FUNC_probe_read_user_str);
  int is_read = emit_jump(program, BPF_JSGT, BPF_REG_0, 0);
  leave_when_not_made(program);
  leave_when(program, BPF_JEQ, BPF_REG_8, 0);
  int is_lost = program->length;
  emit_count_lost(program, tracepoint->lost);
  leave(program);
  land(program, is_read);
  leave_when(program, BPF_JGT, BPF_REG_0, TOLD_PATH);
  leave_when(program, BPF_JLE, BPF_REG_0, 1);
  emit_move(program, BPF_REG_3, BPF_REG_0);
  emit_add(program, BPF_REG_3, sizeof(struct told_call));
  emit_move(program, BPF_REG_2, BPF_REG_9);
  emit_wide(program, BPF_REG_1, BPF_PSEUDO_MAP_FD, (uint32_t)tracepoint->ring);
  emit_set(program, BPF_REG_4, BPF_RB_NO_WAKEUP);
  emit_call(program, BPF_FUNC_ringbuf_output);
  leave_when(program, BPF_JEQ, BPF_REG_0, 0);
  int back = program->length;
  emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_JA, .off = (int16_t)(is_lost - back - 1)});
}

static void build(struct program *program, const struct tracepoint *tracepoint, const struct stat *namespace, int space) {
  emit_move(program, BPF_REG_6, BPF_REG_1);
  emit_whose(program, namespace);
  emit_registers(program);
  emit_which(program, call_tables);
  emit_not_ours(program);
  emit_not_int_80(program);
  emit_space(program, space);
  emit_record(program);
  emit_path(program, tracepoint);
  finish(program);
}

static int bpf(int command, union bpf_attr *attributes) {
  long result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
  return result < 0 ? -errno : (int)result;
}

static int make_map(uint32_t type, uint32_t value, uint32_t count) {
  union bpf_attr attributes = {.map_type = type, .value_size = value, .max_entries = count};
  if (type != BPF_MAP_TYPE_RINGBUF) attributes.key_size = 4;
  if (type == BPF_MAP_TYPE_ARRAY) attributes.map_flags = BPF_F_MMAPABLE;
  return bpf(BPF_MAP_CREATE, &attributes);
}

static int load(const struct program *program) {
  union bpf_attr attributes = {.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
                               .insns = (uintptr_t)program->code,
                               .insn_cnt = (uint32_t)program->length,
                               .license = (uintptr_t)LICENSE};
  return bpf(BPF_PROG_LOAD, &attributes);
}

static int attach(int program) {
  union bpf_attr attributes = {.raw_tracepoint = {.name = (uintptr_t) "sys_exit", .prog_fd = (uint32_t)program}};
  return bpf(BPF_RAW_TRACEPOINT_OPEN, &attributes);
}

static int begin(struct tracepoint *tracepoint, const struct stat *namespace, int space) {
  static struct program program;
  memset(&program, 0, sizeof program);
  build(&program, tracepoint, namespace, space);
  int loaded = load(&program);
  if (loaded < 0) return loaded;
  tracepoint->link = attach(loaded);
  close(loaded);
  return tracepoint->link < 0 ? tracepoint->link : 0;
}

int attach_tracepoint(int namespace, struct tracepoint *tracepoint) {
  struct stat status;
  *tracepoint = (struct tracepoint){-1, -1, -1};
  if (fstat(namespace, &status) < 0) return -errno;
  int space = make_map(BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(struct told_call) + TOLD_PATH, 1);
  tracepoint->ring = make_map(BPF_MAP_TYPE_RINGBUF, 0, RING_SIZE);
  tracepoint->lost = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);
  int error = space < 0 || tracepoint->ring < 0 || tracepoint->lost < 0 ? -EPERM : begin(tracepoint, &status, space);
  if (space >= 0) close(space);
  if (error) detach_tracepoint(tracepoint);
  return error;
}
#else
int attach_tracepoint(int namespace, struct tracepoint *tracepoint) {
  (void)namespace;
  *tracepoint = (struct tracepoint){-1, -1, -1};
  return -ENOSYS;
}
#endif

void detach_tracepoint(struct tracepoint *tracepoint) {
  int *files[] = {&tracepoint->link, &tracepoint->ring, &tracepoint->lost};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    if (*files[i] >= 0) close(*files[i]);
    *files[i] = -1;
  }
}

uint64_t lost_at_tracepoint(const struct tracepoint *tracepoint) {
  uint64_t lost = 0;
  void *memory = mmap(NULL, sizeof lost, PROT_READ, MAP_SHARED, tracepoint->lost, 0);
  if (memory == MAP_FAILED) return 0;
  memcpy(&lost, memory, sizeof lost);
  munmap(memory, sizeof lost);
  return lost;
}
