import { CooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import { watchEvents } from "../../engine/events.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { runProcess } from "../../system/process/process.ts";
import type { Mount } from "./model.ts";
import { detach, freeFolder } from "./sshfs.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface NativeRequest {
  readonly folder: string;
  /** Id of the container. */
  readonly container: string;
  readonly env: Environment;
}

/** Programs of the container's do not run with their rights here, its devices are none, and no link is followed by the kernel. */
const OPTIONS = "nosuid,nodev,nosymfollow";

/** Binds a running container's own root to a folder, until it is unmounted or the container ends. Throws `native-mount-refused`. */
export async function mountNative(engine: Engine, request: NativeRequest): Promise<Mount> {
  const { folder, env } = request;
  const info = await inspectContainer(engine, request.container);
  const root = rootOf(engine, info);
  await freeFolder(folder, env);
  // One that ends meanwhile is heard of.
  const stop = new AbortController();
  const ended = endOf(engine, info, stop.signal);
  const { exit, stderr } = await runProcess(["mount", "--bind", "-o", OPTIONS, root, folder], { env });
  const again = await inspectContainer(engine, info.id);
  if (exit === 0 && again.state.startedAt === info.state.startedAt && again.state.running) return new NativeMount(request, ended, stop);
  stop.abort();
  await detach(folder, env);
  throw refused(info.name, exit === 0 ? "it ended meanwhile" : stderr.toString().trim());
}

function rootOf(engine: Engine, { name, state, graph }: ContainerInfo): string {
  if (!engine.isLocal || process.getuid?.() !== 0) throw refused(name, "this takes root, on the engine's own machine");
  if (!state.running) throw refused(name, "it does not run");
  if (graph.driver !== "overlay2" || graph.merged === null) throw refused(name, `the engine keeps it by ${graph.driver}, not by overlay2`);
  return graph.merged;
}

function refused(name: string, why: string): CooperError {
  return new CooperError("native-mount-refused", `The root of ${name} cannot be bound to a folder: ${why}.`, {
    hint: "Leave --unsafe-native out: the container's files are served then, links never leave it, and it works everywhere.",
    exit: EXIT.cooperFailed,
  });
}

// What stays mounted of a container that ended would be in the way of its next start.
async function endOf(engine: Engine, { id }: ContainerInfo, signal: AbortSignal): Promise<void> {
  const filters = { type: ["container"], container: [id], event: ["die", "destroy"] };
  for await (const event of watchEvents(engine, filters, signal)) if (event.action !== "") return;
}

class NativeMount implements Mount {
  readonly #request: NativeRequest;
  readonly #stop: AbortController;
  readonly ended: Promise<void>;

  constructor(request: NativeRequest, ended: Promise<void>, stop: AbortController) {
    this.#request = request;
    this.#stop = stop;
    this.ended = ended.catch((error: unknown) => {
      throw new Error(`nobody tells any more whether the container runs: ${messageOf(error)}`);
    });
    this.ended.catch(() => undefined);
  }

  get folder(): string {
    return this.#request.folder;
  }

  dropCache(): void {
    // There is none.
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  announce(): void {
    // The kernel does that by itself.
  }

  async unmount(): Promise<void> {
    this.#stop.abort();
    await detach(this.folder, this.#request.env);
  }
}
