import { setTimeout as delay } from "node:timers/promises";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Target } from "../endpoint/endpoint.ts";
import { callBytes, type Channel } from "./request.ts";

const LOOKS = 10;
const FAR_DEADLINES = 3;
/** Of the time that an engine has to answer, the part before it is asked: work is seldom longer. */
export const BEFORE = 0.2;

/** Gives what the work gives; throws `engine-silent` where the engine answers nothing for too long meanwhile. Work that takes long is left alone. */
export async function whileAnswers<T>(channel: Channel, deadlineMs: number, work: Promise<T>): Promise<T> {
  const withinMs = patience(channel.target, deadlineMs);
  const over = new AbortController();
  try {
    return await Promise.race([work, untilSilent(channel, withinMs, over.signal)]);
  } finally {
    over.abort();
  }
}

async function untilSilent(channel: Channel, withinMs: number, over: AbortSignal): Promise<never> {
  do await delay(withinMs * BEFORE, undefined, { signal: over });
  while (await answers(channel, withinMs * (1 - BEFORE), over));
  throw engineSilent(channel.target);
}

/**
 * False where the engine takes a question and answers nothing. A connection that fails is an answer: what it means, the work itself tells. Looks
 * are counted, not the time: where the machine is so busy that this process comes late, the answer may be there.
 */
export async function answers(channel: Channel, withinMs: number, over?: AbortSignal): Promise<boolean> {
  const own = new AbortController();
  let hasAnswered = false;
  const answered = (): void => void (hasAnswered = true);
  callBytes(channel, { path: "/_ping", signal: own.signal }).then(answered, answered);
  try {
    for (let looks = 0; looks < LOOKS && !hasAnswered; looks += 1) await delay(withinMs / LOOKS, undefined, { signal: over, ref: false });
    return hasAnswered;
  } finally {
    own.abort();
  }
}

/** How long an engine may answer nothing: over a line that is full an answer comes late, and a program that is started for it takes long to begin. */
export function patience({ endpoint }: Target, deadlineMs: number): number {
  return endpoint.kind === "unix" ? deadlineMs : FAR_DEADLINES * deadlineMs;
}

/** Nobody there answers, or takes a connection. */
export function engineSilent({ url, source }: Target): CooperError {
  return new CooperError("engine-silent", `The engine at ${url} (${source}) does not answer.`, {
    hint: "Its process is stopped, or hangs: see `docker version` there. When it answers again, all goes on.",
    exit: EXIT.engine,
  });
}
