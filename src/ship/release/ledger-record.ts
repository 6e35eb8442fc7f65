import * as z from "zod";
import { TEST_KINDS } from "./test-kinds.ts";

const image = z.string().regex(/^sha256:[0-9a-f]{64}$/u);
const at = z.string();

/** One thing that became of an image; the file has one a line, the oldest first, and nothing in it is ever changed. */
const recordSchema = z.discriminatedUnion("act", [
  z.strictObject({ act: z.literal("built"), at, image, reference: z.string() }),
  z.strictObject({
    act: z.literal("tested"),
    at,
    image,
    kind: z.enum(TEST_KINDS),
    verdict: z.enum(["passed", "failed", "no-tests"]),
    tests: z.array(z.strictObject({ name: z.string(), outcome: z.enum(["passed", "failed", "skipped"]) })),
  }),
  z.strictObject({
    act: z.literal("promoted"),
    at,
    image,
    release: z.number(),
    /** The release that was current until then. */
    before: z.number().nullable(),
    isTested: z.boolean(),
    /** The running container is to be replaced; `accepted` or `withdrawn` says how that went. */
    replaces: z.boolean(),
  }),
  z.strictObject({ act: z.literal("rolled-back"), at, image, release: z.number(), from: z.number(), replaces: z.boolean() }),
  z.strictObject({ act: z.literal("accepted"), at, release: z.number() }),
  z.strictObject({ act: z.literal("withdrawn"), at, release: z.number(), why: z.string() }),
]);

export type LedgerRecord = z.infer<typeof recordSchema>;
export type TestedRecord = Extract<LedgerRecord, { readonly act: "tested" }>;

/** The records among values read from a file, in their order; what is no record is counted. */
export function readRecords(values: readonly unknown[]): { readonly records: readonly LedgerRecord[]; readonly unread: number } {
  const parsed = values.map((value) => recordSchema.safeParse(value));
  const records = parsed.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return { records, unread: parsed.length - records.length };
}
