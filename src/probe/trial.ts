import { type ContainerInfo, createContainer, inspectContainer, removeContainer, startContainer } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";

/** What the container of an image under trial runs. */
export type TrialCommand =
  /** What the image says. */
  | "own"
  /** Nothing of the image's: it only waits for commands. */
  | "wait"
  /** It is never started: only its files are looked at. */
  | "nothing";

interface TrialSpec {
  readonly imageId: string;
  /** Value of the label `cooper.owner`, by which a left-over is found. */
  readonly owner: string;
  readonly network: string | null;
  readonly command: TrialCommand;
}

const WAITING = ["/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"];

/** Makes a container of the image, starts it where it has something to run, gives it to `use`, and removes it with its volumes in any case. */
export async function withTrial<T>(engine: Engine, spec: TrialSpec, use: (container: ContainerInfo) => Promise<T>): Promise<T> {
  const id = await createContainer(engine, {
    image: spec.imageId,
    labels: { "cooper.owner": spec.owner },
    ...(spec.network === null ? {} : { network: spec.network }),
    ...(spec.command === "wait" ? { entrypoint: WAITING } : {}),
    ...(spec.command === "nothing" ? { entrypoint: ["/nothing"] } : {}),
  });
  try {
    if (spec.command !== "nothing") await startContainer(engine, id);
    return await use(await inspectContainer(engine, id));
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
}
