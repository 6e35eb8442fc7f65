import { PassThrough, type Readable, type Writable } from "node:stream";
import { inspectContainer } from "../engine/container.ts";
import { demultiplex } from "../engine/demultiplex.ts";
import type { Engine } from "../engine/open-engine.ts";
import { spawnStream } from "../system/process.ts";
import { checkSensorVolume, fillSensorVolume } from "./sensor-volume.ts";
import { startHelper } from "./side-container.ts";

/** A container's files over SFTP: requests in, answers out. */
export interface ServedFiles {
  readonly input: Writable;
  /** Ends with the container; fails with what the server complained of. */
  readonly output: Readable;
  close(): Promise<void>;
}

/** To reach the root of the container's processes, and there to be what root is in a container. */
const CAPABILITIES = ["SYS_PTRACE", "DAC_OVERRIDE", "CHOWN", "FOWNER", "FSETID", "MKNOD"];
const ROOT = "/proc/1/root";

/** Serves a running container's files from a helper that shares its processes; nothing is put into the container, and the helper goes with it. */
export async function serveFromHelper(
  engine: Engine,
  {
    container,
    image,
    program,
    run,
  }: { readonly container: string; readonly image: string; readonly program: Uint8Array; readonly run: string },
): Promise<ServedFiles> {
  const helper = await startHelper(
    engine,
    { image, volume: null, run, argv: ["serve", ROOT], capabilities: CAPABILITIES, securityOptions: [], joined: container, hasNoLog: true },
    async (id) => {
      await fillSensorVolume(engine, id, program);
      await checkSensorVolume(engine, id, program);
    },
  );
  const output = new PassThrough({ highWaterMark: 1024 * 1024 });
  void answersOf(helper.stream, output);
  return { input: helper.stream, output, close: () => helper.remove() };
}

async function answersOf(stream: Readable, output: PassThrough): Promise<void> {
  let complaint = "";
  try {
    for await (const { stream: kind, bytes } of demultiplex(stream)) {
      if (kind === "stdout") output.write(bytes);
      else complaint = (complaint + bytes.toString()).slice(-500);
    }
    if (complaint === "") output.end();
    else output.destroy(new Error(complaint.trim()));
  } catch (error) {
    output.destroy(error instanceof Error ? error : new Error("the helper's stream broke"));
  }
}

/** Serves a running container's files from this machine, where the engine is local and this process is root. Null when its first process went meanwhile. */
export async function serveFromHere(
  engine: Engine,
  { container, program }: { readonly container: string; readonly program: string },
): Promise<ServedFiles | null> {
  const { state } = await inspectContainer(engine, container);
  if (state.pid === 0) return null;
  const served = spawnStream([program, "serve", `/proc/${state.pid}/root`, String(state.pid)]);
  const again = await inspectContainer(engine, container);
  // The server ends with the process; that this was the container's own is certain when the container has it still.
  if (again.state.pid !== state.pid || again.state.startedAt !== state.startedAt) {
    served.kill("SIGKILL");
    return null;
  }
  return {
    input: served.stdin,
    output: served.stdout,
    close: () => {
      served.kill("SIGKILL");
      return served.exit.then(
        () => undefined,
        () => undefined,
      );
    },
  };
}
