import { CooperError } from "../../base/errors.ts";
import { resolvePath } from "../closure/resolve.ts";
import type { Original } from "./inspect-image.ts";

/** What a user wants to keep by name, whatever was seen. */
export interface AskedToKeep {
  readonly hasShell: boolean;
  /** Names of programs, or their absolute paths. */
  readonly tools: readonly string[];
  readonly packages: readonly string[];
}

const SHELLS = ["/bin/sh", "/bin/bash"];
const FOLDERS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The paths that these names stand for; what they need the closure adds. Throws `tool-unknown`. */
export function askedPaths(original: Original, asked: AskedToKeep): readonly string[] {
  const shells = asked.hasShell ? SHELLS.filter((path) => isThere(original, path)) : [];
  if (asked.hasShell && shells.length === 0) throw unknown("shell", "/bin/sh");
  const tools = asked.tools.map((name) => findProgram(original, name) ?? raise(unknown("program", name)));
  const files = asked.packages.flatMap((name) => original.packages.filesOf.get(name) ?? raise(unknown("package", name)));
  return [...shells, ...tools, ...files];
}

function findProgram(original: Original, name: string): string | null {
  const path = original.info.config.env.find((pair) => pair.startsWith("PATH="))?.slice("PATH=".length) ?? FOLDERS;
  const places = name.startsWith("/") ? [name] : path.split(":").map((folder) => `${folder}/${name}`);
  return places.find((place) => isThere(original, place)) ?? null;
}

function isThere(original: Original, path: string): boolean {
  return resolvePath(original.files, path).real !== null;
}

function raise(error: CooperError): never {
  throw error;
}

function unknown(what: string, name: string): CooperError {
  return new CooperError("tool-unknown", `The image has no ${what} ${name}.`, {
    hint: "cooper xray IMAGE shows its packages and tools.",
    where: { path: name },
  });
}
