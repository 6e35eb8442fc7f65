#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The kernel's ring of records: a page with the reader's position, a page with the writer's, then the data, mapped twice in a row so that no
   record is ever cut. Each record has a header of eight bytes, whose first four are its length and two marks. */

#define BUSY 0x80000000u
#define DISCARDED 0x40000000u
#define HEADER 8

struct ring {
  _Atomic uint64_t *read;
  const _Atomic uint64_t *written;
  const char *data;
};

struct ring *ring_open(int file) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  struct ring *ring = calloc(1, sizeof *ring);
  void *reader = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *writer = mmap(NULL, page + 2 * (size_t)RING_SIZE, PROT_READ, MAP_SHARED, file, (off_t)page);
  if (!ring || reader == MAP_FAILED || writer == MAP_FAILED) return NULL;
  *ring = (struct ring){reader, (const _Atomic uint64_t *)writer, writer + page};
  return ring;
}

void ring_close(struct ring *ring) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  munmap((void *)ring->read, page);
  munmap((void *)ring->written, page + 2 * (size_t)RING_SIZE);
  free(ring);
}

uint64_t ring_written(const struct ring *ring) { return atomic_load_explicit(ring->written, memory_order_acquire); }

uint64_t ring_read(const struct ring *ring) { return atomic_load_explicit(ring->read, memory_order_acquire); }

/* What was written up to now. Not what comes meanwhile: a busy program would keep its reader here. */
void ring_take(struct ring *ring, take_call *take, void *whose) {
  uint64_t end = ring_written(ring);
  for (uint64_t at = ring_read(ring); at < end;) {
    const char *record = ring->data + (at & (RING_SIZE - 1));
    uint32_t head = atomic_load_explicit((const _Atomic uint32_t *)(const void *)record, memory_order_acquire);
    if (head & BUSY) return;
    uint32_t length = head & ~DISCARDED;
    if (!(head & DISCARDED) && length > sizeof(struct told_call)) take((const struct told_call *)(const void *)(record + HEADER), whose);
    at += (length + HEADER + 7) & ~7ull;
    atomic_store_explicit(ring->read, at, memory_order_release);
  }
}
