#define _GNU_SOURCE
#include "sensor.h"

#include <string.h>
#include <sys/prctl.h>

/* The kernel does not tell of what is named as the sensor: what takes its name counts as a record lost, so that nobody hides in silence. */

static int is_our_name(const char *name) { return strncmp(name, SENSOR_NAME, sizeof SENSOR_NAME - 1) == 0; }

int takes_our_name(const struct asked *asked) {
  char name[16] = "";
  for (size_t t = 0; t < call_table_count; t++)
    if (call_tables[t].arch == asked->arch && call_tables[t].prctl == asked->nr && asked->args[0] == PR_SET_NAME)
      return read_memory(asked->pid, asked->args[1], name, sizeof SENSOR_NAME - 1) > 0 && is_our_name(name);
  return 0;
}

int gives_our_name(char op, const struct place *place) {
  const char *slash = memrchr(place->path, '/', place->length);
  if (!slash) return 0;
  return op == OP_EXEC ? is_our_name(slash + 1) : op == OP_WRITE && !strcmp(slash, "/comm") && !strncmp(place->path, "/proc/", 6);
}
