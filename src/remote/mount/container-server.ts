import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { inspectContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { serveFromHelper, serveFromHere, type ServedFiles } from "../../trace/serve-container.ts";
import type { OpenServer } from "./model.ts";

export interface ContainerServerRequest {
  /** Id of the container. */
  readonly container: string;
  /** The sensor for the engine's processors. */
  readonly sensor: Uint8Array;
  /** Path of the sensor for this machine, which is used where the engine is here and this process is root; null: always a helper. */
  readonly localSensor: string | null;
  /** Labels the helpers. */
  readonly run: string;
}

/** Opens SFTP servers for a container: each call finds out anew whether, and where, it runs. */
export function containerServer(engine: Engine, request: ContainerServerRequest): OpenServer {
  return async (signal) => {
    signal.throwIfAborted();
    const info = await inspectContainer(engine, request.container);
    if (!info.state.running) {
      throw new CooperError("container-not-running", `The container ${info.name} does not run.`, {
        hint: `Start it: docker start ${info.name}`,
        exit: EXIT.cooperFailed,
      });
    }
    const here = await openHere(engine, request);
    const served =
      here ?? (await serveFromHelper(engine, { container: info.id, image: info.imageId, program: request.sensor, run: request.run }));
    if (signal.aborted) await served.close();
    signal.throwIfAborted();
    return served;
  };
}

async function openHere(engine: Engine, { container, localSensor }: ContainerServerRequest): Promise<ServedFiles | null> {
  // Only root gets to a container's files past the engine.
  if (localSensor === null || !engine.isLocal || process.getuid?.() !== 0) return null;
  return await serveFromHere(engine, { container, program: localSensor });
}
