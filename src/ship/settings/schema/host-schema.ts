import * as z from "zod";
import { unitServiceSchema } from "./file-schema.ts";
import { oneOrMore, strict, text } from "./fields.ts";

/** What is true for all units of a machine. */
export const hostSchema = strict({
  version: z.literal(1, "It must be 1.").optional(),
  /** Folders that hold units. */
  roots: oneOrMore.optional(),
  /** Where bind mounts of production live, and those of tests. */
  volumes: text.optional(),
  test_volumes: text.optional(),
  /** Where the releases, the unfinished work and the locks of units are kept. */
  state: text.optional(),
  /** This machine's name, for `autostart.hosts`. */
  name: text.optional(),
  /** What every unit has unless its own file says otherwise. */
  service: unitServiceSchema.optional(),
});

export type HostFile = z.infer<typeof hostSchema>;
