/* The parts of `layers`, which reads trees for a scan. */
#ifndef LAYERS_H
#define LAYERS_H

#include "sensor.h"

#include <dirent.h>
#include <sys/stat.h>

/* content.c: what is told of files. `way` is the letter that was asked with. */
struct content {
  char kind; /* 'e' a program, 's' a script, 'd' data, 0 where it was not looked at */
  int is_hashed;
  uint8_t digest[32];
};
/* In the working folder: what a name is, and its descriptor where it is a file that is to be read, else -1. -1 where nothing has that name (any more). */
int look_at(const struct dirent *entry, char way, struct stat *status, int *file);
/* A file that is not small, or grows while it is read, has no hash. */
void read_content(int file, char way, struct stat *status, struct content *content);

#endif
