#include "sensor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *what, int error) {
  if (error)
    fprintf(stderr, "cooper-sensor: %s: %s\n", what, strerror(error));
  else
    fprintf(stderr, "cooper-sensor: %s\n", what);
  exit(125);
}

int main(int argc, char **argv) {
  if (argc >= 2 && !strcmp(argv[1], "launch")) return launch(argc - 2, argv + 2);
  if (argc >= 2 && !strcmp(argv[1], "protocol")) return printf("%d\n", SENSOR_PROTOCOL) < 0;
  die("usage: sensor launch|protocol …", EINVAL);
}
