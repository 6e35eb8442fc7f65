import { CooperError } from "../../base/errors.ts";
import type { Emit } from "../../base/events.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";

interface LostPlace {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly emit: Emit;
}

/** Tells why a shell did not end by itself: its container was removed or stopped, or the engine is gone. `exit` is null where it is not known. */
export async function tellLoss({ engine, container, emit }: LostPlace, exit: number | null): Promise<void> {
  if (exit !== null && exit < KILLED) return;
  // `docker rm -f` stops a container a moment before it removes it.
  await new Promise((resolve) => setTimeout(resolve, REMOVAL_MS));
  const { id, name } = container;
  const loss = await inspectContainer(engine, id).then(
    (now) => (now.state.running ? ended(exit, name) : stopped(name)),
    (error: unknown) => (error instanceof CooperError && error.code === "container-unknown" ? removed(name) : engineGone(name)),
  );
  if (loss === null) return;
  const message = `${loss.what}; all that ended before is recorded`;
  emit({ kind: "finding", finding: { code: "shell-lost", message, hint: loss.hint, where: { container: name } } });
}

/** Exit codes from here on tell of a signal. */
const KILLED = 128;
const REMOVAL_MS = 500;

interface Loss {
  readonly what: string;
  readonly hint: string;
}

function ended(exit: number | null, name: string): Loss | null {
  if (exit !== null) return null;
  return { what: "the shell was ended from outside", hint: `Go on in a new Session: cooper record ${name}` };
}

function stopped(name: string): Loss {
  return { what: `the container ${name} was stopped under its shell`, hint: `Go on in a new Session: cooper record --start ${name}` };
}

function removed(name: string): Loss {
  return { what: `the container ${name} was removed under its shell`, hint: `Make its Dockerfile from the history: cooper replay ${name}` };
}

function engineGone(name: string): Loss {
  return {
    what: "the engine went away, and the shell with it",
    hint: `Go on in a new Session when it runs again: cooper record --start ${name}`,
  };
}
