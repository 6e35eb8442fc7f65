import type { Closure } from "./closure.ts";
import { factsOf } from "./facts.ts";
import type { LibrarySearch } from "./library-search.ts";
import { isMaintenance, type PackageIndex, packagesOf, siblingsOf } from "./packages.ts";
import { Pricing } from "./pricing.ts";
import { resolvePath } from "./resolve.ts";

/** The part of the size so far that an interpreter may cost. */
const SHARE = 0.06;
/** What a shell's script calls is most of the everyday tools: no small price. */
const SHELL = /\/(?:ba|da|z|k|a)?sh$/;
const PROGRAMS = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/;

/** Keeps the commands of used packages and their sisters that are scripts, with an interpreter nothing else needed, where that is cheap: many a client is started by one. */
export function keepScriptCommands(closure: Closure, packages: PackageIndex, search: LibrarySearch): void {
  const limit = closure.bytes() * SHARE;
  const pricing = new Pricing(closure, search);
  for (const [interpreter, commands] of commandsByInterpreter(closure, packages)) {
    const price = pricing.of(interpreter);
    if (price === 0 || price > limit) continue;
    for (const command of commands) closure.keep(command, { rule: "commands", because: interpreter, level: "module" });
  }
}

function commandsByInterpreter(closure: Closure, packages: PackageIndex): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const used = packagesOf(packages, touchedFiles(closure)).filter((name) => !isMaintenance(name));
  for (const name of [...used, ...siblingsOf(packages, used)]) {
    for (const path of packages.filesOf.get(name) ?? []) {
      const real = PROGRAMS.test(path) ? resolvePath(closure.image, path).real : null;
      const interpreter = real === null ? undefined : factsOf(closure.image).firstLine(real)?.[0];
      if (interpreter !== undefined && !SHELL.test(interpreter)) found.set(interpreter, [...(found.get(interpreter) ?? []), path]);
    }
  }
  return found;
}

function touchedFiles(closure: Closure): string[] {
  return [...closure.reasons()]
    .filter(([path, reason]) => reason.rule === "trace" && closure.image.paths.get(path)?.member.type === "file")
    .map(([path]) => path);
}
