import { setImmediate as otherWork } from "node:timers/promises";
import type { Trace } from "../../trace/protocol.ts";
import type { ImageFiles } from "../inspect/image-files.ts";
import type { ImageSettings } from "../inspect/settings.ts";
import { keepAlways, keepForEngine, keepWritable } from "./always.ts";
import { keepApplication } from "./application.ts";
import { Closure, KEEP_LEVELS, type KeepLevel, type Reason, type Rule } from "./closure.ts";
import { askedPattern, fixedFolder } from "./glob.ts";
import { keepPackages, usedPackages } from "./keep-packages.ts";
import { LibrarySearch } from "./library-search.ts";
import { isOwn, type PackageIndex } from "./packages.ts";
import { dataFilesRule } from "./rules/data-files.ts";
import { discoveredRule } from "./rules/discovered.ts";
import { elfRule } from "./rules/elf.ts";
import { familyRules } from "./rules/family-rule.ts";
import { importRules } from "./rules/imports.ts";
import { interpreterRule } from "./rules/interpreter.ts";
import { namedRule } from "./rules/named.ts";
import { keepScriptCommands } from "./script-commands.ts";
import { seedTrace } from "./seeds.ts";
import { keepSurroundings } from "./surroundings.ts";

export interface CloseOptions {
  readonly level: KeepLevel;
  /** Globs of paths to keep or to leave out, whatever was seen. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Paths that the user asked to keep: a shell, tools, the files of packages. */
  readonly asked?: readonly string[];
  /** Paths that a failed proof named. */
  readonly missing: readonly string[];
  /** False: only what was touched, for measuring what the rules are worth. */
  readonly hasRules: boolean;
}

/** What a slim image keeps: every path with its reason. */
export type Kept = ReadonlyMap<string, Reason>;

/** What a Trace is closed over. */
export interface CloseInput {
  readonly trace: Trace;
  readonly settings: ImageSettings;
  readonly options: CloseOptions;
}

/** What a keep level costs. */
export interface LevelPrice {
  readonly level: KeepLevel;
  readonly bytes: number;
  readonly paths: number;
}

/** From a Trace to all that it needs, level by level. Pure: the image is read, nothing else. */
export class LevelledClosure {
  readonly #image: ImageFiles;
  readonly #packages: PackageIndex;
  readonly #input: CloseInput;
  readonly #stages: Stages;
  readonly #prices: LevelPrice[] = [];
  #kept: Kept | null = null;
  #pricing: Promise<readonly LevelPrice[]> | null = null;

  constructor(image: ImageFiles, packages: PackageIndex, input: CloseInput) {
    this.#image = image;
    this.#packages = packages;
    this.#input = input;
    this.#stages = closeStages(image, packages, input);
  }

  /** What stays at the options' level. */
  kept(): Kept {
    while (this.#kept === null && this.#next());
    return this.#kept ?? new Map();
  }

  /** What every keep level costs, from the least to the most; the options' own level and `hasRules` do not matter. Lets others work between its turns. */
  prices(): Promise<readonly LevelPrice[]> {
    this.#pricing ??= this.#price();
    return this.#pricing;
  }

  async #price(): Promise<readonly LevelPrice[]> {
    const { options } = this.#input;
    if (!options.hasRules) {
      return new LevelledClosure(this.#image, this.#packages, { ...this.#input, options: { ...options, hasRules: true } }).prices();
    }
    while (this.#next()) await otherWork();
    return this.#prices;
  }

  /** One turn; false behind the last level. */
  #next(): boolean {
    const { value: closure, done } = this.#stages.next();
    if (done === true) return false;
    const level = KEEP_LEVELS[this.#prices.length];
    if (closure === null || level === undefined) return true;
    const { hasRules, level: wanted } = this.#input.options;
    const reasons = closure.reasons();
    this.#prices.push({ level, bytes: closure.bytes(), paths: reasons.size });
    if (level === wanted || !hasRules) this.#kept = new Map(reasons);
    return true;
  }
}

/** The same closure again and again, as it stands at the end of each level; null between them, where others may work. */
type Stages = Generator<Closure | null, void, void>;

function* closeStages(image: ImageFiles, packages: PackageIndex, { trace, settings, options }: CloseInput): Stages {
  const excluded = options.exclude.map((glob) => askedPattern(image, glob));
  const closure = new Closure(image, (path) => excluded.some((pattern) => pattern.test(path)));
  seedTrace(closure, trace);
  keepForEngine(closure, settings);
  keepNamed(closure, options);
  if (options.hasRules) {
    keepAlways(closure, settings);
    const search = new LibrarySearch(image, settings.env);
    yield* keepLevels(closure, { packages, settings, search, rules: rulesFor(image, { packages, settings, search }) });
  } else yield closure;
}

interface Means {
  readonly packages: PackageIndex;
  readonly settings: ImageSettings;
  readonly search: LibrarySearch;
  readonly rules: readonly Rule[];
}

function* keepLevels(closure: Closure, { packages, settings, search, rules }: Means): Stages {
  let used: readonly string[] = [];
  const essential = rules.filter((rule) => rule.level === "trace");
  const stages: Readonly<Record<KeepLevel, () => Iterable<null>>> = {
    trace: () => closure.turns(essential),
    *module() {
      closure.requeue();
      keepWritable(closure);
      yield* closure.turns(rules);
      keepApplication(closure, packages, settings);
      yield* closure.turns(rules);
      used = usedPackages(closure, packages);
      keepScriptCommands(closure, packages, search);
      yield* closure.turns(rules);
      keepSurroundings(closure, packages, search);
      yield* closure.turns(essential);
    },
    *package() {
      closure.requeue();
      keepPackages(closure, packages, { used, level: "package", search });
      yield* closure.turns(rules);
    },
    *app() {
      keepPackages(closure, packages, { used: usedPackages(closure, packages), level: "app", search });
      yield* closure.turns(rules);
    },
  };
  for (const level of KEEP_LEVELS) {
    yield* stages[level]();
    yield closure;
  }
}

function rulesFor(image: ImageFiles, { packages, settings, search }: Omit<Means, "rules">): Rule[] {
  const { env } = settings;
  const own = (path: string): boolean => isOwn(packages, path);
  return [
    elfRule(search),
    interpreterRule(image, env),
    namedRule(image, { packages, search, env }),
    ...importRules(image, own),
    discoveredRule(image),
    dataFilesRule(image),
    ...familyRules(image),
  ];
}

function keepNamed(closure: Closure, options: CloseOptions): void {
  for (const path of options.asked ?? []) closure.keep(path, { rule: "asked", because: "asked for by name", level: "trace" });
  for (const path of options.missing) closure.keep(path, { rule: "repair", because: "the proof missed it", level: "trace" });
  for (const glob of options.include) keepIncluded(closure, glob);
}

function keepIncluded(closure: Closure, glob: string): void {
  const reason: Reason = { rule: "include", because: glob, level: "trace" };
  const pattern = askedPattern(closure.image, glob);
  const named = [...closure.image.paths.keys()].filter((path) => pattern.test(path));
  // With the links that lead there.
  if (named.length > 0) closure.keep(fixedFolder(glob), reason);
  for (const path of named) closure.keep(path, reason);
}
