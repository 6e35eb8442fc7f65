import { setTimeout as wait } from "node:timers/promises";

/** What a text must be: hold this, match this, one of these; null: there must be nothing. */
export type Expected = string | RegExp | readonly (string | RegExp)[] | null;

/** How long something may take to come about. */
export interface Within {
  /** Seconds; 10 when absent. */
  readonly within?: number;
}

/** What was waited for did not come about. */
export class NotAsExpected extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotAsExpected";
  }
}

const SECONDS = 10;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
const SHOWN = 200;

/** Asks again and again until `ask` gives an answer without a complaint; throws the last complaint when the time is over. */
export async function poll<T>(
  what: string,
  ask: () => Promise<{ readonly value: T } | { readonly complaint: string }>,
  { within = SECONDS }: Within = {},
): Promise<T> {
  const deadline = performance.now() + within * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const answer = await ask();
    if ("value" in answer) return answer.value;
    if (performance.now() >= deadline) throw new NotAsExpected(`${what}: ${answer.complaint} (within ${within} s)`);
    await wait(pause);
  }
}

/** What is wrong with a text that was found (null: nothing was); null where nothing is. */
export function complaintOf(found: string | null, expected: Expected): string | null {
  if (expected === null) return found === null ? null : `there is ${show(found)}`;
  if (found === null) return "there is nothing";
  const wanted = typeof expected === "string" || expected instanceof RegExp ? [expected] : expected;
  const fits = wanted.some((one) =>
    typeof one === "string" ? found.includes(one) : new RegExp(one.source, one.flags.replace(/[gy]/gu, "")).test(found),
  );
  return fits ? null : `${show(found)} is not ${wanted.map((one) => (typeof one === "string" ? show(one) : String(one))).join(" or ")}`;
}

function show(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
