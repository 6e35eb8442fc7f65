import type { Closure } from "./closure.ts";
import type { PackageIndex } from "./packages.ts";
import { resolvePath } from "./resolve.ts";

/** Packages of what everybody types into a shell, and the shell. */
const PACKAGES = /^(?:coreutils|dash|sed|grep|findutils|mawk|gzip|hostname|procps|busybox)$/;
const C_LIBRARY = /\/(?:libc\.so\.6|ld-musl-[^/]*)$/;

/** The shell, and with what a person looks into a container that runs, or a health check does. */
const COMMANDS = ["sh", "cat", "ls", "id", "env", "head", "tail", "echo", "true", "sleep", "date", "wc", "tr", "cut", "grep", "sort"];

/** The packages of everyday tools. An image with a C library can have them; one of a static program alone is left as it is. */
export function everydayPackages(closure: Closure, packages: PackageIndex): string[] {
  return hasLibrary(closure) ? [...packages.filesOf.keys()].filter((name) => PACKAGES.test(name)).sort() : [];
}

/** The few everyday commands that are worth a little in any image that can run them. */
export function everydayCommands(closure: Closure): string[] {
  if (!hasLibrary(closure)) return [];
  const isThere = (path: string): boolean => resolvePath(closure.image, path).real !== null;
  return COMMANDS.flatMap((name) => [`/bin/${name}`, `/usr/bin/${name}`].find(isThere) ?? []);
}

function hasLibrary(closure: Closure): boolean {
  return [...closure.reasons().keys()].some((path) => C_LIBRARY.test(path));
}
