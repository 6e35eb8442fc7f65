#if defined(__x86_64__)
#include "bytecode.h"

#include "sensor.h"

void emit(struct program *program, struct bpf_insn insn) {
  if (program->length >= MAX_CODE) die("tracepoint program too long", 0);
  program->code[program->length++] = insn;
}

void emit_move(struct program *program, uint8_t to, uint8_t from) {
  emit(program, (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = to, .src_reg = from});
}

void emit_set(struct program *program, uint8_t to, int32_t value) {
  emit(program, (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = to, .imm = value});
}

void emit_add(struct program *program, uint8_t to, int32_t value) {
  emit(program, (struct bpf_insn){.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = to, .imm = value});
}

void emit_frame(struct program *program, uint8_t to, int32_t offset) {
  emit_move(program, to, BPF_REG_10);
  emit_add(program, to, offset);
}

void emit_wide(struct program *program, uint8_t to, uint8_t kind, uint64_t value) {
  emit(program, (struct bpf_insn){.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = to, .src_reg = kind, .imm = (int32_t)value});
  emit(program, (struct bpf_insn){.imm = (int32_t)(value >> 32)});
}

void emit_load(struct program *program, uint8_t to, uint8_t from, int16_t offset) {
  emit(program, (struct bpf_insn){.code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = to, .src_reg = from, .off = offset});
}

void emit_store(struct program *program, uint8_t to, int16_t offset, uint8_t from) {
  emit(program, (struct bpf_insn){.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = to, .src_reg = from, .off = offset});
}

void emit_call(struct program *program, int32_t function) { emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_CALL, .imm = function}); }

int emit_jump(struct program *program, uint8_t condition, uint8_t register_, int32_t value) {
  emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_K | condition, .dst_reg = register_, .imm = value});
  return program->length - 1;
}

void land(struct program *program, int jump) { program->code[jump].off = (int16_t)(program->length - jump - 1); }

void leave(struct program *program) {
  if (program->leave_count >= MAX_LEAVES) die("tracepoint program too long", 0);
  program->leaves[program->leave_count++] = program->length;
  emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_JA});
}

void leave_when(struct program *program, uint8_t condition, uint8_t register_, int32_t value) {
  if (program->leave_count >= MAX_LEAVES) die("tracepoint program too long", 0);
  program->leaves[program->leave_count++] = emit_jump(program, condition, register_, value);
}

void emit_zero(struct program *program, int16_t offset) {
  emit(program, (struct bpf_insn){.code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_10, .off = offset, .imm = 0});
}

void finish(struct program *program) {
  for (int i = 0; i < program->leave_count; i++) land(program, program->leaves[i]);
  emit_set(program, BPF_REG_0, 0);
  emit(program, (struct bpf_insn){.code = BPF_JMP | BPF_EXIT});
}
#endif
