/* A program for the kernel's BPF machine, put together instruction by instruction. */
#ifndef BYTECODE_H
#define BYTECODE_H

#include <linux/bpf.h>
#include <stdint.h>

#define MAX_CODE 192
#define MAX_LEAVES 24

struct program {
  struct bpf_insn code[MAX_CODE];
  int length;
  int leaves[MAX_LEAVES]; /* jumps to the end */
  int leave_count;
};

void emit(struct program *program, struct bpf_insn insn);
void emit_move(struct program *program, uint8_t to, uint8_t from);
void emit_set(struct program *program, uint8_t to, int32_t value);
void emit_add(struct program *program, uint8_t to, int32_t value);
void emit_frame(struct program *program, uint8_t to, int32_t offset);              /* an address on the stack */
void emit_wide(struct program *program, uint8_t to, uint8_t kind, uint64_t value); /* 64 bits, or a map's descriptor */
void emit_load(struct program *program, uint8_t to, uint8_t from, int16_t offset);
void emit_store(struct program *program, uint8_t to, int16_t offset, uint8_t from);
void emit_zero(struct program *program, int16_t offset); /* eight bytes on the stack */
void emit_call(struct program *program, int32_t function);
int emit_jump(struct program *program, uint8_t condition, uint8_t register_, int32_t value); /* to where land() is called with what it returns */
void land(struct program *program, int jump);
void leave(struct program *program);
void leave_when(struct program *program, uint8_t condition, uint8_t register_, int32_t value);
void finish(struct program *program); /* where all that leave go to */

#endif
