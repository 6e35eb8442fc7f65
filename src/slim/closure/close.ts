import type { Trace } from "../../trace/protocol.ts";
import type { ImageFiles } from "../inspect/image-files.ts";
import type { ImageSettings } from "../inspect/settings.ts";
import { keepAlways } from "./always.ts";
import { keepApplication } from "./application.ts";
import { Closure, KEEP_LEVELS, type KeepLevel, type Reason } from "./closure.ts";
import { isOwn, keepPackages, type PackageIndex } from "./packages.ts";
import { elfRule } from "./rules/elf.ts";
import { globPattern } from "./glob.ts";
import { familyRules } from "./rules/family-rule.ts";
import { interpreterRule } from "./rules/interpreter.ts";
import { namedRule } from "./rules/named.ts";
import { seedTrace } from "./seeds.ts";

export interface CloseOptions {
  readonly level: KeepLevel;
  /** Globs of paths to keep or to leave out, whatever was seen. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Paths that a failed proof named. */
  readonly missing: readonly string[];
  /** False: only what was touched, for measuring what the rules are worth. */
  readonly hasRules: boolean;
}

/** What a slim image keeps: every path with its reason. */
export type Kept = ReadonlyMap<string, Reason>;

/** From a Trace to all that it needs, at a keep level. Pure: the image is read, nothing else. */
export function closeTrace(
  image: ImageFiles,
  packages: PackageIndex,
  input: { trace: Trace; settings: ImageSettings; options: CloseOptions },
): Kept {
  const { trace, settings, options } = input;
  const excluded = options.exclude.map(globPattern);
  const closure = new Closure(image, (path) => excluded.some((pattern) => pattern.test(path)));
  seedTrace(closure, trace);
  keepNamed(closure, options);
  if (!options.hasRules) return closure.reasons();
  keepAlways(closure, settings);
  const { env } = settings;
  const own = (path: string): boolean => isOwn(packages, path);
  const rules = [elfRule(image, env), interpreterRule(image, env), namedRule(image, { packages, env }), ...familyRules(image, own)].filter(
    (rule) => isWithin(rule.level, options.level),
  );
  closure.run(rules);
  if (isWithin("module", options.level)) {
    keepApplication(closure, packages);
    closure.run(rules);
  }
  if (isWithin("package", options.level)) {
    keepPackages(closure, packages, options.level);
    closure.run(rules);
  }
  return closure.reasons();
}

function isWithin(level: KeepLevel, wanted: KeepLevel): boolean {
  return KEEP_LEVELS.indexOf(level) <= KEEP_LEVELS.indexOf(wanted);
}

function keepNamed(closure: Closure, options: CloseOptions): void {
  for (const path of options.missing) closure.keep(path, { rule: "repair", because: "the proof missed it", level: "trace" });
  for (const glob of options.include) {
    const pattern = globPattern(glob);
    for (const path of closure.image.paths.keys())
      if (pattern.test(path)) closure.keep(path, { rule: "include", because: glob, level: "trace" });
  }
}
