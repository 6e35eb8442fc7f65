import { fileURLToPath } from "node:url";
import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import type { Engine } from "../engine/open-engine.ts";
import { pathExists, readBytesIfThere } from "../system/file/files.ts";

const BINARIES: Readonly<Record<string, string>> = { amd64: "x64", x86_64: "x64", arm64: "arm64", aarch64: "arm64" };

/** The sensor for the engine's processors, from the folder of the bundle; throws `sensor-missing`. */
export function readSensor(engine: Engine): Promise<Uint8Array> {
  return readSensorFor(engine.architecture);
}

/** The sensor for processors of that name; throws `sensor-missing`. */
export async function readSensorFor(architecture: string): Promise<Uint8Array> {
  const name = `sensor-linux-${BINARIES[architecture] ?? architecture}`;
  for (const place of [`./${name}`, `../${name}`]) {
    const bytes = await readBytesIfThere(fileURLToPath(new URL(place, import.meta.url)));
    if (bytes !== null) return bytes;
  }
  throw new CooperError("sensor-missing", `There is no ${name} beside the program.`, {
    hint: "Build it from source: npm run build (needs musl-gcc from Debian's musl-tools, or aarch64-linux-gnu-gcc for arm64).",
    exit: EXIT.incomplete,
  });
}

/** A file beside the program; null where it is not there (the program runs from its source). */
export async function besideProgram(name: string): Promise<URL | null> {
  for (const place of [`./${name}`, `../${name}`]) {
    const url = new URL(place, import.meta.url);
    if (await pathExists(fileURLToPath(url))) return url;
  }
  return null;
}

/** Path of the sensor for this machine's processors; null where it was not built. */
export async function localSensor(): Promise<string | null> {
  const url = await besideProgram(`sensor-linux-${process.arch}`);
  return url === null ? null : fileURLToPath(url);
}

/** Path of `dodo` for this machine's processors; null where it was not built. */
export async function localClient(): Promise<string | null> {
  const url = await besideProgram(`dodo-linux-${process.arch}`);
  return url === null ? null : fileURLToPath(url);
}
