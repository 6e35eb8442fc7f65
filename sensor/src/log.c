#define _GNU_SOURCE
#include "sensor.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAGIC 0x31676f6c72706f63ull /* "coprlog1" */
#define SPACE (1ull << 29)          /* sparse: only what is written takes memory */
#define DATA 64

/* The first bytes of the shared memory. A record counts once `length` includes it, so a reader never sees half of one. */
struct header {
  uint64_t magic;
  _Atomic uint64_t length;
  _Atomic uint64_t lost;
};

/* `seen` is a set of 64-bit fingerprints of what was written already: a record is wanted once. */
struct log {
  int file;
  struct header *header;
  char *data;
  uint64_t *seen;
  size_t capacity;
  size_t used;
};

struct log *log_create(void) {
  struct log *log = calloc(1, sizeof *log);
  if (!log) return NULL;
  log->file = memfd_create("cooper-log", MFD_CLOEXEC);
  if (log->file < 0 || ftruncate(log->file, SPACE) < 0) return NULL;
  char *memory = mmap(NULL, SPACE, PROT_READ | PROT_WRITE, MAP_SHARED, log->file, 0);
  if (memory == MAP_FAILED) return NULL;
  log->header = (struct header *)memory;
  log->data = memory + DATA;
  log->header->magic = MAGIC;
  log->capacity = 1u << 14;
  log->seen = calloc(log->capacity, sizeof *log->seen);
  return log->seen ? log : NULL;
}

int log_file(const struct log *log) { return log->file; }

static uint64_t fingerprint(char op, const char *path, size_t length) {
  uint64_t hash = (1469598103934665603ull ^ (unsigned char)op) * 1099511628211ull;
  for (; length >= 8; path += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, path, sizeof word);
    hash = (hash ^ word) * 0x9fb21c651e98df25ull;
    hash ^= hash >> 32;
  }
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)path[i]) * 1099511628211ull;
  hash ^= hash >> 29;
  hash *= 0xbf58476d1ce4e5b9ull;
  hash ^= hash >> 32;
  return hash ? hash : 1;
}

static int insert(struct log *log, uint64_t value) {
  size_t at = value & (log->capacity - 1);
  while (log->seen[at]) {
    if (log->seen[at] == value) return 0;
    at = (at + 1) & (log->capacity - 1);
  }
  log->seen[at] = value;
  log->used++;
  return 1;
}

static void grow(struct log *log) {
  struct log bigger = *log;
  bigger.capacity = log->capacity * 2;
  bigger.used = 0;
  bigger.seen = calloc(bigger.capacity, sizeof *bigger.seen);
  if (!bigger.seen) return; /* slower, never wrong: the set still has room */
  for (size_t i = 0; i < log->capacity; i++)
    if (log->seen[i]) insert(&bigger, log->seen[i]);
  free(log->seen);
  *log = bigger;
}

/* Whether this (op, path) comes for the first time; it counts as seen from now on. */
int log_is_new(struct log *log, char op, const char *path, size_t length) {
  if (log->used * 2 > log->capacity) grow(log);
  return insert(log, fingerprint(op, path, length));
}

int log_knows(const struct log *log, char op, const char *path, size_t length) {
  uint64_t value = fingerprint(op, path, length);
  for (size_t at = value & (log->capacity - 1); log->seen[at]; at = (at + 1) & (log->capacity - 1))
    if (log->seen[at] == value) return 1;
  return 0;
}

#define COUNTERS 1024

unsigned log_count(char op, const char *path, size_t length) {
  static struct counter {
    uint64_t value;
    unsigned count;
  } counters[COUNTERS];
  uint64_t value = fingerprint(op, path, length);
  struct counter *counter = &counters[value % COUNTERS];
  if (counter->value != value) *counter = (struct counter){value, 0};
  return ++counter->count;
}

static void append(struct log *log, const char *head, size_t head_length, const char *body, size_t body_length) {
  uint64_t at = atomic_load_explicit(&log->header->length, memory_order_relaxed);
  size_t size = head_length + body_length + 1;
  if (at + size > SPACE - DATA - 64) {
    log_lost(log);
    return;
  }
  memcpy(log->data + at, head, head_length);
  memcpy(log->data + at + head_length, body, body_length);
  log->data[at + size - 1] = '\0';
  atomic_store_explicit(&log->header->length, at + size, memory_order_release);
}

static size_t decimal(char *out, unsigned long value) {
  char digits[24];
  size_t n = 0;
  do digits[n++] = (char)('0' + value % 10);
  while (value /= 10);
  for (size_t i = 0; i < n; i++) out[i] = digits[n - 1 - i];
  return n;
}

void log_path(struct log *log, char op, pid_t pid, const char *path, size_t length) {
  char head[32];
  head[0] = op;
  size_t n = 1 + decimal(head + 1, (unsigned long)pid);
  head[n++] = '\t';
  append(log, head, n, path, length);
}

void log_note(struct log *log, const char *key, unsigned long value) {
  char head[64];
  char body[24];
  int n = format_text(head, sizeof head, "#%s\t", key);
  append(log, head, (size_t)n, body, decimal(body, value));
}

void log_lost(struct log *log) { atomic_fetch_add_explicit(&log->header->lost, 1, memory_order_relaxed); }

void log_forget(struct log *log) {
  munmap(log->header, SPACE);
  close(log->file);
  free(log->seen);
  free(log);
}

int log_holds(const struct log *log, const char *text) {
  uint64_t length = atomic_load_explicit(&log->header->length, memory_order_acquire);
  return memmem(log->data, length, text, strlen(text)) != NULL;
}

/* The writer may be anybody: nothing it says is believed beyond what can be read. */
ssize_t log_read(int file, uint64_t *offset, uint64_t *lost, char *buffer, size_t size) {
  uint64_t header[3];
  if (pread(file, header, sizeof header, 0) != sizeof header || header[0] != MAGIC || header[1] > SPACE) return -1;
  *lost = header[2];
  if (*offset >= header[1]) return 0;
  if (size > header[1] - *offset) size = header[1] - *offset;
  ssize_t n = pread(file, buffer, size, (off_t)(DATA + *offset));
  if (n > 0) *offset += (uint64_t)n;
  return n;
}
