import { z } from "zod";
import type { Finding } from "../base/finding.ts";
import type { ContainerRecord, Shell, Step } from "./model.ts";
import { containerSchema, findingSchema, shellSchema, stepSchema } from "./schema.ts";

/** What a Session's journal holds, one a line, in the order it happened. */
export type JournalRecord =
  | {
      readonly record: "session";
      readonly version: 1;
      readonly id: string;
      readonly startedAt: number;
      readonly container: ContainerRecord;
    }
  | { readonly record: "shell"; readonly shell: Shell }
  /** A command starts; without a `step` of the same id its recorder was killed meanwhile. */
  | { readonly record: "begin"; readonly id: string; readonly startedAt: number; readonly typed: string }
  | { readonly record: "step"; readonly step: Step }
  | { readonly record: "finding"; readonly finding: Finding }
  | { readonly record: "end"; readonly endedAt: number; readonly exit: number | null };

/** A journal's first record. */
export type SessionStart = Extract<JournalRecord, { record: "session" }>;

const recordSchema: z.ZodType<JournalRecord> = z.discriminatedUnion("record", [
  z.object({ record: z.literal("session"), version: z.literal(1), id: z.string(), startedAt: z.number(), container: containerSchema }),
  z.object({ record: z.literal("shell"), shell: shellSchema }),
  z.object({ record: z.literal("begin"), id: z.string(), startedAt: z.number(), typed: z.string() }),
  z.object({ record: z.literal("step"), step: stepSchema }),
  z.object({ record: z.literal("finding"), finding: findingSchema }),
  z.object({ record: z.literal("end"), endedAt: z.number(), exit: z.number().nullable() }),
]);

/** A journal's value as a record; null for what is none. */
export function parseRecord(value: unknown): JournalRecord | null {
  const parsed = recordSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
