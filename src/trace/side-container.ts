import type { Duplex } from "node:stream";
import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { attachContainer } from "../engine/stream/attach.ts";
import type { ContainerSpec } from "../engine/container/container-spec.ts";
import { createContainer, removeContainer, startContainer } from "../engine/container/container.ts";
import { demultiplex } from "../engine/stream/demultiplex.ts";
import type { Engine } from "../engine/open-engine.ts";
import { passStep } from "../system/process/pass-step.ts";
import { SENSOR_FOLDER, SENSOR_PROGRAM } from "./sensor-folder.ts";

/** A container of cooper's own that runs the sensor and talks over its standard streams. */
export interface Helper {
  readonly id: string;
  /** Sends one line. */
  order(line: string): void;
  /** Its standard streams as the engine frames them, for what talks in another way. */
  readonly stream: Duplex;
  /** Its records, each without its NUL, until it ends. Ends with an error when the helper said something on stderr. */
  records(): AsyncGenerator<Buffer, void, undefined>;
  remove(): Promise<void>;
}

export interface HelperSpec {
  readonly image: string;
  /** Volume with the sensor; null: one of its own without a name, which goes with it. */
  readonly volume: string | null;
  readonly run: string;
  /** Arguments of the sensor. */
  readonly argv: readonly string[];
  readonly capabilities: readonly string[];
  readonly securityOptions: readonly string[];
  /** The container whose processes it shares. */
  readonly joined?: string;
  /** What it says is too much for a log. */
  readonly hasNoLog?: boolean;
  /** A folder of the engine's machine that it sees, and where. */
  readonly shared?: { readonly source: string; readonly target: string };
}

const PLAIN_BIND = { type: "bind", readOnly: false, propagation: null, noCopy: false, tmpfsBytes: null, tmpfsMode: null } as const;

function specOf({ image, volume, run, argv, capabilities, securityOptions, joined, hasNoLog, shared }: HelperSpec): ContainerSpec {
  return {
    image,
    entrypoint: [SENSOR_PROGRAM, ...argv],
    cmd: [],
    user: "0:0",
    workdir: "/",
    labels: { "cooper.owner": run },
    network: "none",
    binds: [volume === null ? SENSOR_FOLDER : `${volume}:${SENSOR_FOLDER}:nocopy`],
    ...(shared === undefined ? {} : { mounts: [{ ...PLAIN_BIND, ...shared }] }),
    openStdin: true,
    // When cooper is gone, so is the helper.
    stdinOnce: true,
    autoRemove: true,
    readOnlyRoot: true,
    capDrop: ["ALL"],
    capAdd: capabilities,
    securityOptions,
    noHealthCheck: true,
    ...(hasNoLog === true ? { logging: { driver: "none", options: {} } } : {}),
    ...(joined === undefined ? {} : { pidMode: `container:${joined}` }),
  };
}

/** Makes a helper that is not started yet; `prepare` may put files into its volume. */
export async function startHelper(
  engine: Engine,
  spec: HelperSpec,
  prepare: (id: string) => Promise<void> = () => Promise.resolve(),
): Promise<Helper> {
  const id = await createContainer(engine, specOf(spec));
  const remove = (): Promise<void> => removeContainer(engine, id, { force: true, volumes: true });
  try {
    passStep("helper-made");
    await prepare(id);
    const stream = await attachContainer(engine, id);
    stream.on("error", () => undefined);
    await startContainer(engine, id);
    return {
      id,
      stream,
      order: (line) => void stream.write(`${line}\n`),
      records: () => recordsOf(stream),
      remove: async () => {
        stream.destroy();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function* recordsOf(stream: Duplex): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  let said = "";
  for await (const { stream: kind, bytes } of demultiplex(stream)) {
    if (kind === "stderr") said += bytes.toString();
    if (kind === "stderr") continue;
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    let at = 0;
    for (let end = held.indexOf(0); end >= 0; end = held.indexOf(0, at)) {
      yield held.subarray(at, end);
      at = end + 1;
    }
    held = held.subarray(at);
  }
  if (said !== "") throw new CooperError("sensor-refused", said.trim(), { exit: EXIT.incomplete });
}
