import { PassThrough, type Readable, type Writable } from "node:stream";
import { inspectContainer } from "../engine/container/container.ts";
import { demultiplex } from "../engine/stream/demultiplex.ts";
import { firstByte } from "../engine/stream/first-byte.ts";
import type { Engine } from "../engine/open-engine.ts";
import { openSharedFolder, type SharedFolder } from "../engine/shared-folder.ts";
import { spawnStream } from "../system/process/process.ts";
import { checkSensorVolume, fillSensorVolume } from "./sensor-volume.ts";
import { type Helper, startHelper } from "./side-container.ts";

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
const SHARED = "/.cooper-shared";
const SOCKET = "files";
/** What the sensor says of its socket. */
const LISTENS = "1";

export interface HelperRequest {
  readonly container: string;
  readonly image: string;
  readonly program: Uint8Array;
  readonly run: string;
}

/** Serves a running container's files from a helper that shares its processes; nothing is put into the container, and the helper goes with it. */
export async function serveFromHelper(engine: Engine, request: HelperRequest): Promise<ServedFiles> {
  // Through the engine each byte passes five programs more than over a socket of its machine.
  const shared = await openSharedFolder(engine, SOCKET);
  if (shared !== null) {
    try {
      return await serveAtSocket(engine, request, shared);
    } catch {
      // The engine may be on another machine still, or see other folders than its user.
      await shared.close();
    }
  }
  const helper = await start(engine, request, null);
  return { input: helper.stream, output: outputOf(helper), close: () => helper.remove() };
}

function start(engine: Engine, { container, image, program, run }: HelperRequest, shared: SharedFolder | null): Promise<Helper> {
  const place = shared === null ? {} : { shared: { source: shared.path, target: SHARED } };
  const argv = ["serve", ROOT, ...(shared === null ? [] : [`${SHARED}/${SOCKET}`])];
  const spec = {
    image,
    volume: null,
    run,
    argv,
    capabilities: CAPABILITIES,
    securityOptions: [],
    joined: container,
    hasNoLog: true,
    ...place,
  };
  return startHelper(engine, spec, async (id) => {
    await fillSensorVolume(engine, id, program);
    await checkSensorVolume(engine, id, program);
  });
}

/** What cannot be reached at the socket is served through the engine. */
async function serveAtSocket(engine: Engine, request: HelperRequest, shared: SharedFolder): Promise<ServedFiles> {
  const helper = await start(engine, request, shared);
  const output = outputOf(helper);
  // A broken network keeps the one waiting: the other does not wait for that.
  const end = async (): Promise<void> => void (await Promise.all([helper.remove(), shared.close()]));
  try {
    const said = await firstByte(output);
    if (said === null) throw new Error("the helper ended before its first word");
    const socket = said === LISTENS ? await shared.connect() : null;
    if (socket === null) return { input: helper.stream, output, close: end };
    output.on("error", () => undefined);
    helper.stream.destroy();
    const close = async (): Promise<void> => {
      socket.destroy();
      await end();
    };
    return { input: socket, output: socket, close };
  } catch (error) {
    await helper.remove();
    throw error;
  }
}

function outputOf(helper: Helper): PassThrough {
  const output = new PassThrough({ highWaterMark: 1024 * 1024 });
  void answersOf(helper.stream, output);
  return output;
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
