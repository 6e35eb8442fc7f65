import * as z from "zod";

/** How an image shows that it works; every part is what was observed when it was recorded. */
export const acceptanceSchema = z.strictObject({
  version: z.literal(1),
  /** Seconds for which the image's command must stay alive; null: it may end (a tool, a shell). */
  alive: z.number().positive().nullable().default(null),
  /** Ports that accept connections in the running container. */
  ports: z
    .array(z.strictObject({ port: z.number().int().min(1).max(65_535), protocol: z.enum(["tcp", "udp"]).default("tcp") }))
    .default([]),
  /** Requests that are answered; `status` and `contains` where they were seen. */
  http: z
    .array(
      z.strictObject({
        port: z.number().int().min(1).max(65_535),
        path: z.string().startsWith("/"),
        status: z.number().int().min(100).max(599).nullable().default(null),
        contains: z.string().nullable().default(null),
      }),
    )
    .default([]),
  /** Texts that stand in the command line of a running process. */
  processes: z.array(z.strictObject({ command: z.string().min(1) })).default([]),
  /** Paths of the image. `mode` is four octal digits, `owner` is "uid:gid". */
  files: z
    .array(
      z.strictObject({
        path: z.string().startsWith("/"),
        type: z.enum(["file", "directory", "symlink"]).default("file"),
        mode: z
          .string()
          .regex(/^[0-7]{4}$/u)
          .nullable()
          .default(null),
        owner: z
          .string()
          .regex(/^\d+:\d+$/u)
          .nullable()
          .default(null),
      }),
    )
    .default([]),
  /** Commands (a shell text, or words to run as they are) that end with this status. */
  commands: z
    .array(
      z.strictObject({
        run: z.union([z.string().min(1), z.array(z.string()).min(1)]),
        user: z.string().nullable().default(null),
        exit: z.number().int().min(0).max(255).default(0),
        contains: z.string().nullable().default(null),
      }),
    )
    .default([]),
});

export type Acceptance = z.infer<typeof acceptanceSchema>;
