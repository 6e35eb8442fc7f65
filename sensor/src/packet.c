#define _GNU_SOURCE
#include "sensor.h"
#include "serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

uint32_t take_u32(struct packet *packet) {
  const uint8_t *at = packet->at;
  if (packet->end - at < 4) {
    packet->is_short = 1;
    packet->at = packet->end;
    return 0;
  }
  packet->at += 4;
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t take_u64(struct packet *packet) {
  uint64_t high = take_u32(packet);
  return high << 32 | take_u32(packet);
}

const uint8_t *take_bytes(struct packet *packet, uint32_t *length) {
  *length = take_u32(packet);
  const uint8_t *at = packet->at;
  if ((size_t)(packet->end - at) < *length) {
    packet->is_short = 1;
    *length = 0;
    return packet->at = packet->end;
  }
  packet->at += *length;
  return at;
}

void take_path(struct packet *packet, char *path, size_t size) {
  uint32_t length;
  const uint8_t *bytes = take_bytes(packet, &length);
  if (length >= size || memchr(bytes, 0, length)) {
    packet->is_short = 1;
    length = 0;
  }
  memcpy(path, bytes, length);
  path[length] = '\0';
}

void take_sets(struct packet *packet, struct sets *sets) {
  memset(sets, 0, sizeof *sets);
  sets->flags = take_u32(packet);
  if (sets->flags & HAS_SIZE) sets->size = take_u64(packet);
  if (sets->flags & HAS_OWNER) {
    sets->uid = take_u32(packet);
    sets->gid = take_u32(packet);
  }
  if (sets->flags & HAS_MODE) sets->mode = take_u32(packet);
  if (sets->flags & HAS_TIMES) {
    sets->atime = take_u32(packet);
    sets->mtime = take_u32(packet);
  }
}

uint8_t *put_space(struct reply *reply, size_t length) {
  if (reply->space - reply->length < length) {
    while (reply->space - reply->length < length) reply->space = reply->space ? reply->space * 2 : 1 << 16;
    reply->bytes = realloc(reply->bytes, reply->space);
    if (!reply->bytes) die("memory", ENOMEM);
  }
  uint8_t *at = reply->bytes + reply->length;
  reply->length += length;
  return at;
}

static void write_u32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

void put_u32(struct reply *reply, uint32_t value) { write_u32(put_space(reply, 4), value); }

void put_u64(struct reply *reply, uint64_t value) {
  put_u32(reply, (uint32_t)(value >> 32));
  put_u32(reply, (uint32_t)value);
}

void put_bytes(struct reply *reply, const void *bytes, size_t length) {
  put_u32(reply, (uint32_t)length);
  memcpy(put_space(reply, length), bytes, length);
}

void put_text(struct reply *reply, const char *text) { put_bytes(reply, text, strlen(text)); }

void set_u32(struct reply *reply, size_t at, uint32_t value) { write_u32(reply->bytes + at, value); }

void put_stat(struct reply *reply, const struct stat *status) {
  put_u32(reply, HAS_SIZE | HAS_OWNER | HAS_MODE | HAS_TIMES);
  put_u64(reply, (uint64_t)status->st_size);
  put_u32(reply, status->st_uid);
  put_u32(reply, status->st_gid);
  put_u32(reply, status->st_mode);
  put_u32(reply, (uint32_t)status->st_atim.tv_sec);
  put_u32(reply, (uint32_t)status->st_mtim.tv_sec);
}

void begin_reply(struct reply *reply, uint8_t type, uint32_t id) {
  reply->begin = reply->length;
  put_u32(reply, 0);
  *put_space(reply, 1) = type;
  put_u32(reply, id);
}

void end_reply(struct reply *reply) { set_u32(reply, reply->begin, (uint32_t)(reply->length - reply->begin - 4)); }

void set_type(struct reply *reply, uint8_t type) { reply->bytes[reply->begin + 4] = type; }
