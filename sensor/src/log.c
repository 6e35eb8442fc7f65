#include "sensor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A set of 64-bit fingerprints of what was written already; a record is wanted once. */
struct log {
  int fd;
  uint64_t *seen;
  size_t capacity;
  size_t used;
  unsigned long lost;
};

struct log *log_open(int fd) {
  struct log *log = calloc(1, sizeof *log);
  if (!log) return NULL;
  log->fd = fd;
  log->capacity = 1u << 14;
  log->seen = calloc(log->capacity, sizeof *log->seen);
  return log->seen ? log : NULL;
}

static uint64_t fingerprint(char op, const char *path, size_t length) {
  uint64_t hash = 1469598103934665603ull ^ (unsigned char)op;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)path[i]) * 1099511628211ull;
  hash ^= hash >> 29;
  hash *= 0xbf58476d1ce4e5b9ull;
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

static void write_all(struct log *log, const char *data, size_t length) {
  while (length > 0) {
    ssize_t n = write(log->fd, data, length);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      log->lost++;
      return;
    }
    data += n;
    length -= (size_t)n;
  }
}

/* Written at once: when the container's first process ends, the kernel kills this one too. */
void log_path(struct log *log, char op, pid_t pid, const char *path, size_t length) {
  if (log->used * 2 > log->capacity) grow(log);
  if (!insert(log, fingerprint(op, path, length))) return;
  char record[8192 + 64];
  int head = snprintf(record, 64, "%c%d\t", op, (int)pid);
  if (length > sizeof record - 65) {
    log->lost++;
    return;
  }
  memcpy(record + head, path, length);
  record[(size_t)head + length] = '\0';
  write_all(log, record, (size_t)head + length + 1);
}

void log_note(struct log *log, const char *key, unsigned long value) {
  char record[128];
  int length = snprintf(record, sizeof record, "#%s\t%lu", key, value);
  write_all(log, record, (size_t)length + 1);
}

void log_lost(struct log *log) {
  log->lost++;
  log_note(log, "lost", log->lost);
}
