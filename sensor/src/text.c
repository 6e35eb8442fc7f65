#define _GNU_SOURCE
#include "sensor.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What little of formatting and reading lines is needed: the C library's would be a quarter of the whole binary. */

struct output {
  char *at;
  size_t room; /* the NUL's place not counted */
  size_t length;
};

static void put(struct output *output, const char *text, size_t length) {
  output->length += length;
  if (length > output->room) length = output->room;
  memcpy(output->at, text, length);
  output->at += length;
  output->room -= length;
}

static void put_number(struct output *output, unsigned long long value, unsigned base, unsigned width) {
  char digits[32];
  size_t n = sizeof digits;
  do digits[--n] = "0123456789abcdef"[value % base];
  while ((value /= base) > 0 && n > 0);
  while (sizeof digits - n < width && n > 0) digits[--n] = '0';
  put(output, digits + n, sizeof digits - n);
}

static void put_signed(struct output *output, long long value, unsigned width) {
  if (value < 0) put(output, "-", 1);
  put_number(output, value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value, 10, width);
}

/* One conversion, at its letter; `longs` is how many l stood before it. */
static void convert(struct output *output, char letter, int longs, unsigned width, va_list *arguments) {
  if (letter == 's') {
    const char *text = va_arg(*arguments, const char *);
    put(output, text, strlen(text));
  } else if (letter == 'c') {
    char byte = (char)va_arg(*arguments, int);
    put(output, &byte, 1);
  } else if (letter == 'd') {
    put_signed(output, longs == 2 ? va_arg(*arguments, long long) : longs ? va_arg(*arguments, long) : va_arg(*arguments, int), width);
  } else {
    unsigned base = letter == 'x' ? 16 : letter == 'o' ? 8 : 10;
    put_number(output, longs == 2 ? va_arg(*arguments, unsigned long long) : longs ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned), base, width);
  }
}

static size_t format(char *out, size_t size, const char *format, va_list *arguments) {
  struct output output = {out, size - 1, 0};
  for (const char *at = format; *at;) {
    size_t plain = strcspn(at, "%");
    put(&output, at, plain);
    at += plain;
    if (*at != '%') break;
    unsigned width = 0;
    int longs = 0;
    for (at++; *at >= '0' && *at <= '9'; at++) width = width * 10 + (unsigned)(*at - '0');
    for (; *at == 'l'; at++) longs++;
    convert(&output, *at++, longs, width, arguments);
  }
  *output.at = '\0';
  return output.length;
}

int format_text(char *out, size_t size, const char *text, ...) {
  va_list arguments;
  va_start(arguments, text);
  size_t length = format(out, size, text, &arguments);
  va_end(arguments);
  return (int)length;
}

static struct {
  char bytes[1 << 16];
  size_t length;
} printed;

void print_flush(void) {
  if (write_all(1, printed.bytes, printed.length) < 0) exit(1);
  printed.length = 0;
}

void print_bytes(const void *bytes, size_t length) {
  if (length > sizeof printed.bytes - printed.length) print_flush();
  if (length > sizeof printed.bytes) {
    if (write_all(1, bytes, length) < 0) exit(1);
    return;
  }
  memcpy(printed.bytes + printed.length, bytes, length);
  printed.length += length;
}

void print_text(const char *text, ...) {
  char out[512];
  va_list arguments;
  va_start(arguments, text);
  size_t length = format(out, sizeof out, text, &arguments);
  va_end(arguments);
  print_bytes(out, length < sizeof out ? length : sizeof out - 1);
}

void complain(const char *what, const char *why) {
  const char *parts[] = {"cooper-sensor: ", what, why ? ": " : "", why ? why : "", "\n"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) write_all(2, parts[i], strlen(parts[i]));
}

unsigned long number_of(const char *text) {
  unsigned long value = 0;
  while (*text >= '0' && *text <= '9') value = value * 10 + (unsigned long)(*text++ - '0');
  return value;
}

int open_lines(struct lines *lines, const char *file) {
  lines->at = lines->end = 0;
  lines->separator = '\n';
  lines->file = open(file, O_RDONLY | O_CLOEXEC);
  return lines->file >= 0;
}

static int fill(struct lines *lines) {
  memmove(lines->bytes, lines->bytes + lines->at, lines->end - lines->at);
  lines->end -= lines->at;
  lines->at = 0;
  ssize_t n = read(lines->file, lines->bytes + lines->end, sizeof lines->bytes - 1 - lines->end);
  if (n > 0) lines->end += (size_t)n;
  return n > 0;
}

char *next_line(struct lines *lines) {
  for (;;) {
    char *line = lines->bytes + lines->at;
    char *end = memchr(line, lines->separator, lines->end - lines->at);
    if (end) {
      *end = '\0';
      lines->at = (size_t)(end + 1 - lines->bytes);
      return line;
    }
    if (fill(lines)) continue;
    if (lines->at == lines->end) return NULL;
    lines->bytes[lines->end] = '\0';
    line = lines->bytes + lines->at;
    lines->at = lines->end;
    return line;
  }
}

void close_lines(struct lines *lines) {
  if (lines->file >= 0) close(lines->file);
}
