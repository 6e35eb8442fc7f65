#include "sensor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void die(const char *what, int error) {
  complain(what, error ? strerror(error) : NULL);
  exit(125);
}

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} ways[] = {{"launch", launch}, {"collect", collect}, {"watch", watch}, {"walk", walk}, {"layers", layers}, {"serve", serve},
          {"attend", attend}};

int main(int argc, char **argv) {
  for (size_t i = 0; argc >= 2 && i < sizeof ways / sizeof *ways; i++)
    if (!strcmp(argv[1], ways[i].name)) return ways[i].run(argc - 2, argv + 2);
  die("usage: sensor launch|collect|watch|walk|layers|serve|attend …", EINVAL);
}
