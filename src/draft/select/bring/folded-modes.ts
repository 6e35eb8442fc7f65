import { isCarriable } from "./bring.ts";
import type { Bringing } from "./bring.ts";
import { lastWrite } from "../judge/path-log.ts";
import type { PathLog } from "../judge/path-log.ts";
import type { Work } from "../judge/work.ts";

const MODE_SETTERS: ReadonlySet<string> = new Set(["chmod", "chown", "chgrp", "cd", "pushd", "popd", "ls"]);

/** Further apart than this, a file and its mode stay two Steps. */
const NEAR = 20;

/** The same fates, but what only sets mode or owner of files that were carried just before is carried with them. */
export function foldModes(works: readonly Work[], bringings: readonly Bringing[], log: PathLog): Bringing[] {
  const folded: Bringing[] = [];
  for (const work of works) {
    const own = bringings[work.rank] ?? { fate: "run", why: "", text: null };
    const isFolded = isModeSetter(work) && own.fate === "run" && own.text === null && isCarriedBefore(work, { works, log, folded });
    folded.push(isFolded ? { fate: "carry", why: "mode and owner come with the files", text: null } : own);
  }
  return folded;
}

function isModeSetter(work: Work): boolean {
  const { changes, hasPackages } = work;
  const isFile = changes.every(
    ({ kind, after }) => (kind === "remoded" || kind === "reowned") && after?.type === "file" && after.mode <= 0o777,
  );
  return changes.length > 0 && !hasPackages && isFile && isCarriable(work) && isSettingOnly(work);
}

function isSettingOnly({ words }: Work): boolean {
  return words.commands.every(({ name, isInSubstitution }) => !isInSubstitution && MODE_SETTERS.has(name ?? ""));
}

interface Past {
  readonly works: readonly Work[];
  readonly log: PathLog;
  readonly folded: readonly Bringing[];
}

function isCarriedBefore({ changes, rank }: Work, { works, log, folded }: Past): boolean {
  return changes.every(({ path }) => {
    const writer = lastWrite(log, path, { before: rank })?.rank ?? -Infinity;
    return folded[writer]?.fate === "carry" && rank - writer <= NEAR && !works.slice(writer + 1, rank).some((work) => isNaming(work, path));
  });
}

/** The Step names the file or a folder that holds it. */
function isNaming({ words, changes }: Work, path: string): boolean {
  if (changes.length === 0) return false;
  const names = [...words.mentions, ...words.folders];
  return names.some((name) => name !== "/" && (path === name || path.startsWith(`${name}/`)));
}
