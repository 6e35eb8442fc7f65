import * as z from "zod";

const SIZE = /^(\d+)\s*(B|[kKMGT]i?B?)?$/;
const POWERS: Readonly<Record<string, number>> = { k: 1, K: 1, M: 2, G: 3, T: 4 };

/** A number of bytes, or a text such as "50MiB" or "2GB". */
const bytes = z.union([z.int().min(0), z.string().regex(SIZE, "It must be a size such as 50MiB.").transform(readSize)]);

function readSize(text: string): number {
  const [, number = "0", unit = ""] = SIZE.exec(text) ?? [];
  return Number(number) * (unit.includes("i") ? 1024 : 1000) ** (POWERS[unit[0] ?? ""] ?? 0);
}

/** One thing that may be different in a container: every limit that is given must hold. */
export const allowRule = z
  .strictObject({
    path: z.string().regex(/^\//, "It must be a pattern of absolute paths, beginning with /."),
    container: z.string().min(1).optional(),
    kinds: z
      .array(z.enum(["add", "modify", "delete", "metadata"]))
      .min(1)
      .optional(),
    types: z
      .array(z.enum(["file", "directory", "symlink", "device", "fifo", "socket"]))
      .min(1)
      .optional(),
    rules: z.array(z.string()).min(1).optional(),
    owner: z.int().min(0).optional(),
    mode: z
      .string()
      .regex(/^0?[0-7]{3,4}$/, 'It must be an octal mode in quotes, such as "0644".')
      .optional(),
    max_size: bytes.optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "It must be the 64 lower-case digits of a SHA-256.")
      .optional(),
    executable: z.boolean().optional(),
    reason: z.string().regex(/\S/, "It must say why this is allowed."),
    expires: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, "It must be a day such as 2030-01-31.")
      .optional(),
    allow_critical: z.boolean().optional(),
  })
  .transform(({ max_size: maxSize, allow_critical: allowCritical = false, ...rest }) => ({
    ...rest,
    allowCritical,
    ...(maxSize === undefined ? {} : { maxSize }),
  }));

/** "strict": volumes too, contents always, and weaker evidence is not enough; "named": only when it is named. */
export const PROFILES = ["strict", "service", "named"] as const;
export type ScanProfile = (typeof PROFILES)[number];

/** What a unit says about the scan of its containers. */
export const scanSchema = z.strictObject({
  profile: z.enum(PROFILES, `It must be one of ${PROFILES.join(", ")}.`).optional(),
  allow: z.array(allowRule).default([]),
});

export type AllowRule = z.infer<typeof allowRule>;
