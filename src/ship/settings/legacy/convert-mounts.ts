import { posix } from "node:path";
import { tidyPath } from "../../../format/compose/mount.ts";
import { isProblem } from "../../../format/compose/problem.ts";
import { splitWords } from "../../../format/compose/split-words.ts";
import { readMode } from "../../../format/compose/units.ts";
import { keepVariables, listOf, orFail, scalarText, textOf, type LegacyValues } from "./legacy-file.ts";

/** What became of mounts and of the files that must be there: parts of a Compose service and of its `x-cooper`. */
export interface ConvertedMounts {
  readonly volumes: readonly object[];
  readonly testVolumes: readonly object[];
  readonly mounts: Readonly<Record<string, object>>;
  readonly provision: readonly object[];
}

/** The original's kinds of mounts, and what an instance beside production gets. */
const KINDS: readonly { readonly key: string; readonly policy: string | null; readonly readOnly?: true; readonly testOnly?: true }[] = [
  { key: "mount_ro", policy: null, readOnly: true },
  { key: "mount_rw", policy: "empty" },
  { key: "mount_persistent", policy: "share" },
  { key: "mount_persistent_test_ro", policy: "share-ro" },
  { key: "mount_persistent_test_copy", policy: "empty" },
  { key: "mount_logs", policy: "empty" },
  { key: "mount_persistent_test_copy_tree", policy: "tree" },
  { key: "mount_persistent_test_copy_files", policy: "copy" },
  { key: "mount_test_only", policy: "share", testOnly: true },
];

interface LegacyMount {
  readonly source: string;
  readonly target: string;
  readonly policy: string | null;
  readonly isReadOnly: boolean;
  readonly isTestOnly: boolean;
}

/** Converts every kind of mount, `vols` and `vol_defaults`. */
export function convertMounts(legacy: LegacyValues): ConvertedMounts {
  const found = KINDS.flatMap(({ key, policy, readOnly = false, testOnly = false }) =>
    pairsOf(legacy, key).map(([source, target]): LegacyMount => {
      refuseEscape(key, source, legacy);
      // The original mounted absolute paths of production into tests as they were: what has no policy is refused there.
      const own = key === "mount_rw" && source.startsWith("/") ? null : policy;
      return { source, target: tidyPath(target), policy: own, isReadOnly: readOnly, isTestOnly: testOnly };
    }),
  );
  const volume = (mount: LegacyMount): object => ({
    type: "bind",
    source: placeOf(mount.source, legacy),
    target: mount.target,
    ...(mount.isReadOnly ? { read_only: true } : {}),
  });
  const policies = found
    .filter(({ policy }) => policy !== null)
    .map(({ target, policy }) => [target, { test: policy, dev: policy }] as const);
  const { owned, provision } = convertVols(legacy, found);
  return {
    volumes: found.filter(({ isTestOnly }) => !isTestOnly).map(volume),
    testVolumes: found.filter(({ isTestOnly }) => isTestOnly).map(volume),
    mounts: joinRules(policies, owned),
    provision,
  };
}

function joinRules(...lists: readonly (readonly (readonly [string, object])[])[]): Readonly<Record<string, object>> {
  const joined = new Map<string, object>();
  for (const [target, rule] of lists.flat()) joined.set(target, { ...joined.get(target), ...rule });
  return Object.fromEntries(joined);
}

/** `{src: dest}`, "src, dest" or "src:dest", one or many. */
function pairsOf(legacy: LegacyValues, key: string): readonly (readonly [string, string])[] {
  return listOf(legacy, key).flatMap((item): readonly (readonly [string, string])[] => {
    if (typeof item === "object" && item !== null)
      return Object.entries(item).map(([source, target]: [string, unknown]) => [source, scalarText(target)]);
    const [source = "", target = "", ...more] = scalarText(item).split(/\s*[,:]\s*/u);
    if (source === "" || !target.startsWith("/") || more.length > 0)
      throw legacy.fail(key, `"${scalarText(item)}" is no pair of a source and an absolute path in the container.`);
    if (/[*?[]/u.test(source)) throw legacy.fail(key, `"${source}" is a pattern; name each path.`);
    return [[source, target]];
  });
}

/** A path in the unit's volumes; it must not be that of another unit's. */
function refuseEscape(key: string, source: string, legacy: LegacyValues): void {
  if (source.startsWith("/") || !/^\.\.(?:\/|$)/u.test(posix.normalize(source))) return;
  throw legacy.fail(key, `"${source}" leads out of the unit's volumes; write the absolute path where that is meant.`);
}

function placeOf(source: string, legacy: LegacyValues): string {
  if (source.startsWith("/")) return source.replaceAll("$", "$$$$");
  const base = textOf(legacy, "vol_base");
  const root = base === null ? "${COOPER_VOLUMES:-/rw/dv}" : keepVariables(base).replace(/\/+$/u, "");
  return `${root}/${legacy.unit}/${source.replace(/^\.\//u, "").replaceAll("$", "$$$$")}`;
}

/** `vols` are paths of the machine; what lies below a mount has a path in the container. */
function convertVols(
  legacy: LegacyValues,
  mounts: readonly LegacyMount[],
): { readonly owned: readonly (readonly [string, object])[]; readonly provision: readonly object[] } {
  const owned: (readonly [string, object])[] = [];
  const provision: object[] = [];
  for (const item of listOf(legacy, "vols")) {
    const { path, options } = readVol(item, legacy);
    const mount = mounts.find(({ source }) => path === source || path.startsWith(`${source.replace(/\/$/u, "")}/`));
    if (mount === undefined) throw legacy.fail("vols", `"${path}" lies below no mount of this file.`);
    const kind = options.get("type") === "file" || options.has("contents") ? "file" : "folder";
    const rest = path.slice(mount.source.length).replace(/^\//u, "");
    const rules = ownerRules(options, legacy);
    if (rest === "" && kind === "folder") owned.push([mount.target, rules]);
    else
      provision.push({ path: tidyPath(`${mount.target}/${rest}`), kind, ...rules, ...contentOf(options.get("contents") ?? null, legacy) });
  }
  return { owned, provision };
}

function readVol(item: unknown, legacy: LegacyValues): { readonly path: string; readonly options: ReadonlyMap<string, string> } {
  if (typeof item === "string") return { path: item, options: new Map() };
  if (typeof item !== "object" || item === null) throw legacy.fail("vols", "It must be a list of paths, or of maps.");
  const entries = Object.entries(item).map(([key, value]: [string, unknown]) => [key, value] as const);
  const path = entries.find(([, value]) => value === null)?.[0];
  const known = new Set(["type", "owner", "group", "perm", "contents"]);
  const other = entries.find(([key]) => key !== path && !known.has(key))?.[0];
  if (path === undefined || other !== undefined)
    throw legacy.fail(
      "vols",
      other === undefined
        ? "A map must have the path as a key without value."
        : `"${other}" is none of type, owner, group, perm, contents.`,
    );
  return { path, options: new Map(entries.filter(([key]) => key !== path).map(([key, value]) => [key, scalarText(value)])) };
}

function ownerRules(options: ReadonlyMap<string, string>, legacy: LegacyValues): object {
  const value = legacy.values["vol_defaults"];
  const defaults = typeof value === "object" && value !== null ? value : {};
  const get = (key: string): string | undefined => {
    const fallback: unknown = Reflect.get(defaults, key);
    const found = options.get(key) ?? (fallback === undefined || fallback === null ? undefined : scalarText(fallback));
    return found?.replace(/^(user|group)\//u, "");
  };
  const [owner, group, perm] = [get("owner"), get("group"), get("perm")];
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    ...(perm === undefined ? {} : { mode: orFail(readMode(perm), legacy, "vols") }),
  };
}

function contentOf(contents: string | null, legacy: LegacyValues): object {
  if (contents === null) return {};
  const [, scheme = "", rest = ""] = /^(file|f|cmd|command|popen):\s*(.*)$/su.exec(contents) ?? [];
  if (scheme === "") return { content: { text: contents } };
  if (scheme.startsWith("f")) return { content: { file: rest } };
  const words = splitWords(rest);
  const isShell = /[|&;<>`$*?]|%\w+%/u.test(rest);
  if (isProblem(words) || isShell) throw legacy.fail("vols", `"${rest}" needs a shell; put it into a program of the unit and name that.`);
  return { content: { command: words } };
}
