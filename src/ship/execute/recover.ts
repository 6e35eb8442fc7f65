import { CooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { inspectContainer, stopContainer } from "../../engine/container/container.ts";
import { findNew, goBack, goForward, ifThere } from "./back-and-forward.ts";
import type { Execution, Recovered } from "./model.ts";
import { forgetJournal, hasJournal, readUnfinished, type Unfinished } from "./replace-journal.ts";
import type { UnitLock } from "./unit-lock.ts";

/** An old container that may have been told to stop already gets this long to do so, then it is started again. */
const STOPPING_SECONDS = 3;

/**
 * Brings a replacement that was cut off to an end: on, where the new container was accepted, else back to the old one. Throws
 * `not-restored`.
 */
export async function recover(execution: Execution, { unit }: UnitLock): Promise<Recovered> {
  if (!(await hasJournal(execution, unit))) return "nothing";
  const unfinished = await readUnfinished(execution, unit);
  const recovered = unfinished === null ? "nothing" : await finish(execution, unfinished);
  await forgetJournal(execution, unit);
  if (recovered === "nothing") return "nothing";
  const which = recovered === "forward" ? "the new container, which was accepted, stays" : "what was there before is back";
  execution.emit({
    kind: "finding",
    finding: { code: "replacement-recovered", message: `A replacement of ${unit} was cut off: ${which}.` },
  });
  return recovered;
}

async function finish({ engine }: Execution, { begin, passed, created }: Unfinished): Promise<Recovered> {
  try {
    const made = await findNew(engine, begin, created);
    if (passed.has("keep") && made !== null && (await ifThere(inspectContainer(engine, made))) !== null) {
      await goForward(engine, begin, made);
      return "forward";
    }
    // The engine goes on with a stop whose client is gone: started meanwhile, the container would be stopped again.
    if (begin.old !== null && passed.has("stop-old"))
      await ifThere(stopContainer(engine, begin.old.id, { graceSeconds: STOPPING_SECONDS }));
    await goBack(engine, begin, made);
    return "back";
  } catch (cause) {
    throw notRestored(begin.name, cause);
  }
}

/** What is left to a person where an engine did not let things be put back. */
export function notRestored(name: string, cause: unknown): CooperError {
  return new CooperError("not-restored", `${name} could not be put back as it was: ${messageOf(cause)}`, {
    hint: "Both containers are there, if nobody removed them. Mend what the engine says, then run `cooper recover`.",
    where: { container: name },
    exit: EXIT.incomplete,
    cause,
  });
}
