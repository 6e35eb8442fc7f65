import { CooperError } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import type { Finding } from "../base/finding.ts";
import { EXIT } from "../base/exit-code.ts";
import { type ContainerInfo, findContainer, inspectContainer, startContainer } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";

interface OpenOptions {
  /** Start it where it is stopped. */
  readonly start: boolean;
  readonly emit: Emit;
}

/** The running container that `name` means. Throws `container-paused`, `container-stopped`. */
export async function openContainer(engine: Engine, name: string, options: OpenOptions): Promise<ContainerInfo> {
  const container = await findContainer(engine, name);
  if (container.readOnlyRoot) options.emit({ kind: "finding", finding: readOnlyRoot(container) });
  if (container.state.paused) {
    throw new CooperError("container-paused", `the container ${container.name} is paused`, {
      hint: `docker unpause ${container.name}`,
      exit: EXIT.engine,
    });
  }
  if (container.state.running) return container;
  if (!options.start) throw stopped(container);
  options.emit({ kind: "progress", text: `starting ${container.name}` });
  await startContainer(engine, container.id);
  const started = await inspectContainer(engine, container.id);
  if (started.state.running) return started;
  throw new CooperError(
    "container-stopped",
    `the container ${container.name} ended right after its start (exit ${started.state.exitCode})`,
    {
      hint: `See why: docker logs ${container.name}`,
      exit: EXIT.engine,
    },
  );
}

function stopped(container: ContainerInfo): CooperError {
  return new CooperError("container-stopped", `the container ${container.name} is not running (${container.state.status})`, {
    hint: "Give --start to start it, or: docker start " + container.name,
    exit: EXIT.engine,
  });
}

function readOnlyRoot({ name }: ContainerInfo): Finding {
  return {
    code: "root-read-only",
    message: `the root file system of ${name} is read-only: what is done in it changes nothing that an image could hold`,
    hint: "Make the container anew without --read-only to set it up, and record there.",
    where: { container: name },
  };
}
