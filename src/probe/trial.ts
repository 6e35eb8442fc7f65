import { createContainer, inspectContainer, removeContainer, startContainer } from "../engine/container.ts";
import type { ContainerInfo } from "../engine/container.ts";
import type { Engine } from "../engine/open-engine.ts";

interface TrialSpec {
  readonly imageId: string;
  /** Value of the label `cooper.owner`, by which a left-over is found. */
  readonly owner: string;
  readonly network: string | null;
  /** Give it a terminal, so that a shell as the image's command waits instead of ending. */
  readonly isInteractive: boolean;
}

/** Starts a container of the image as its user would, gives it to `use`, and removes it with its volumes in any case. */
export async function withTrial<T>(engine: Engine, spec: TrialSpec, use: (container: ContainerInfo) => Promise<T>): Promise<T> {
  const id = await createContainer(engine, {
    image: spec.imageId,
    labels: { "cooper.owner": spec.owner },
    ...(spec.network === null ? {} : { network: spec.network }),
    ...(spec.isInteractive ? { tty: true, openStdin: true } : {}),
  });
  try {
    await startContainer(engine, id);
    return await use(await inspectContainer(engine, id));
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
}
