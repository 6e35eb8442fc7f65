import type { Finding } from "../base/finding.ts";
import type { ContainerRecord, Shell, Step } from "./model.ts";
import { type Guard, isNumber, isText, nullable, oneOf, shape } from "./type-guards.ts";
import { isContainer, isFinding, isShell, isStep } from "./schema.ts";

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

const isRecord: { readonly [K in JournalRecord["record"]]: Guard<Extract<JournalRecord, { record: K }>> } = {
  session: shape({ record: oneOf("session"), version: oneOf(1), id: isText, startedAt: isNumber, container: isContainer }),
  shell: shape({ record: oneOf("shell"), shell: isShell }),
  begin: shape({ record: oneOf("begin"), id: isText, startedAt: isNumber, typed: isText }),
  step: shape({ record: oneOf("step"), step: isStep }),
  finding: shape({ record: oneOf("finding"), finding: isFinding }),
  end: shape({ record: oneOf("end"), endedAt: isNumber, exit: nullable(isNumber) }),
};
const isKind = oneOf("session", "shell", "begin", "step", "finding", "end");

/** A journal's value as a record; null for what is none. */
export function parseRecord(value: unknown): JournalRecord | null {
  if (typeof value !== "object" || value === null || !("record" in value) || !isKind(value.record)) return null;
  const isThis: (value: unknown) => value is JournalRecord = isRecord[value.record];
  return isThis(value) ? value : null;
}
