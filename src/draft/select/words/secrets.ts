import type { Finding } from "../../../base/finding.ts";
import { isSecretName } from "../../../format/secret/secret-name.ts";
import { isSecretPath } from "../../../format/secret/secret-path.ts";
import { recall, recallBy } from "../../../format/shell/recall.ts";
import type { PathChange } from "../../../format/tree/entry.ts";
import type { ShellState } from "../../../history/model.ts";
import type { DraftInput, Timeline, UnmountedFinding } from "../../model.ts";
import { isAccountDatabase } from "../../tables/volatile-paths.ts";
import { lockedText, secretTargets } from "./locked-text.ts";
import { isVolatile } from "../judge/matters.ts";
import { isCalling } from "./step-words.ts";
import type { Work } from "../judge/work.ts";

/** What must not be in a Draft. */
export interface Secrets {
  /** Rank of a Step whose text or purpose is secret to the reason. */
  readonly leftOut: ReadonlyMap<number, string>;
  /** Paths that hold a secret at the end. */
  readonly paths: ReadonlySet<string>;
  /** Those of them that a Step which runs again makes anew. */
  readonly madeAnew: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly unmounted: readonly UnmountedFinding[];
}

const MASK = "***";
const HINT = "Give it to the container when it starts, or build with `replay --secret NAME=file:PATH --builder buildkit`.";

/** Why a Step is left out that only changed what another had left out. */
export const FOLLOW_UP = "it only changed what is left out";

/** A Step that makes more files than this brings other people's: what looks like a secret in one of them is none of ours. */
const MOST_OWN_FILES = 20;

/** Finds the Steps and the paths that hold a secret. */
export function findSecrets(works: readonly Work[], input: DraftInput, timeline: Timeline): Secrets {
  const chosen = new Set(input.history.choices.secret);
  const leftOut = new Map<number, string>();
  const secret = new Map<string, string>();
  const hashes = new Set<string>();
  const fresh = new Set<string>();
  const anew = new Set<string>();
  for (const work of works) {
    const why = chosen.has(work.timed.step.id) ? "you marked it as secret" : reasonToLeaveOut(work);
    const files = work.changes.filter(({ path, after }) => after !== null && after.type !== "directory" && !isVolatile(path));
    const isMany = files.length > MOST_OWN_FILES && why === null;
    const targets = secretTargets(work);
    const hidden = files.filter((change) => targets.includes(change.path) || isSecretFile(change, work, { chosen, hashes, input, isMany }));
    const isAnew =
      work.hasPackages || (why === null && hidden.length > 0 && (makesKeys(work) || hidden.every((file) => isAgain(file, fresh))));
    const isOnly = hidden.length > 0 && hidden.length === files.filter((file) => !isPublicHalf(file, hidden)).length;
    const isWhole = why !== null || (isOnly && !isAnew && lockedText(work) === null);
    if (isAnew && !isWhole) anew.add(work.timed.step.id);
    if (isWhole) leftOut.set(work.rank, why ?? (isFollowUp(files, secret) ? FOLLOW_UP : "the files it makes are secret"));
    for (const { path, after } of isWhole ? files : [...hidden, ...files.filter((file) => isPublicHalf(file, hidden))]) {
      if (!secret.has(path)) secret.set(path, work.timed.step.id);
      if (after?.hash === undefined || after.size === 0 || isAccountDatabase(path)) continue;
      hashes.add(after.hash);
      if (isAnew) fresh.add(after.hash);
    }
    for (const path of passwordPaths(work)) secret.set(path, work.timed.step.id);
  }
  const paths = [...secret].filter(([path]) => (timeline.final.get(path) ?? null) !== null);
  const told = new Set(paths.map(([, step]) => step));
  const [again, lost] = [paths.filter(([, step]) => anew.has(step)), paths.filter(([, step]) => !anew.has(step))];
  const findings = [...again.map(([path, step]) => madeAnewFinding(path, step)), ...works.flatMap(variableFindings)];
  const unmounted = [
    ...lost.map(([path, step]) => ({ step, finding: leftOutFile(path, step) })),
    ...works.flatMap((work) => stepFindings(work, leftOut, told).map((finding) => ({ step: work.timed.step.id, finding }))),
  ];
  const installed = new Set(works.filter(({ hasPackages }) => hasPackages).map(({ timed }) => timed.step.id));
  const madeAnew = paths.filter(([, step]) => anew.has(step) && !installed.has(step)).map(([path]) => path);
  return { leftOut, paths: new Set(paths.map(([path]) => path)), madeAnew: new Set(madeAnew), findings, unmounted };
}

/** A copy of a key that is made anew, or that key with another mode. */
function isAgain({ after }: PathChange, fresh: ReadonlySet<string>): boolean {
  return after?.hash !== undefined && fresh.has(after.hash);
}

/** It makes keys by chance, and asks nothing. */
function makesKeys({ words }: Work): boolean {
  return words.commands.some(({ name, words: typed }) => {
    const rest = typed.slice(1).map(({ text }) => text);
    if (name === "ssh-keygen") return rest.includes("-A") || (rest.some((word) => /^-[a-z]*f$/u.test(word)) && rest.includes("-N"));
    if (name === "dropbearkey") return true;
    if (name !== "openssl" || rest.some((word) => /^-(?:aes|des|camellia|pass)/u.test(word))) return false;
    if (rest[0] === "req") return rest.includes("-subj") || rest.includes("-batch");
    return /^(?:genrsa|genpkey|ecparam|dsaparam|rand)$/u.test(rest[0] ?? "");
  });
}

function reasonToLeaveOut(work: Work): string | null {
  const { step, before } = work.timed;
  if (work.hasPackages || lockedText(work) !== null) return null;
  if (step.secrets.length > 0 || step.ran.includes(MASK)) return "its text holds a secret";
  if (work.changes.every(({ path }) => isVolatile(path))) return null;
  if (isPasswordChange(work)) return "it sets a password";
  return before === null ? null : reasonInState(work, before);
}

/** What a Step's text, or what it calls, takes from its shell. */
function reasonInState(work: Work, before: ShellState): string | null {
  const secretNames = namesOfSecrets(before.variables);
  const isMasked = holdsMask(before.functions) || holdsMask(before.aliases);
  if (!isMasked && secretNames.size === 0) return null;
  const text = isCalling(work) ? work.words.text : work.timed.step.ran;
  if (isMasked && text.includes(MASK)) return "what it calls holds a secret";
  const used = [...text.matchAll(/\$\{?([A-Za-z_]\w*)/gu)].find((match) => secretNames.has(match[1] ?? ""));
  return used === undefined ? null : `it uses the secret ${used[1] ?? ""}`;
}

const namesOfSecrets = recallBy((variables: ShellState["variables"]): ReadonlySet<string> => {
  const secret = Object.entries(variables).filter(([name, { value }]) => value === MASK || isSecretNameRecalled(name));
  return new Set(secret.map(([name]) => name));
});

const isSecretNameRecalled = recall(isSecretName);

const holdsMask = recallBy((texts: Readonly<Record<string, string>>): boolean => Object.values(texts).some((text) => text.includes(MASK)));

/** Nothing but password hashes changed, by a program that sets them. */
function isPasswordChange(work: Work): boolean {
  const lasting = work.changes.filter(({ path }) => !isVolatile(path));
  const isHashOnly = lasting.length > 0 && lasting.every(({ path }) => path === "/etc/shadow" || path === "/etc/gshadow");
  return isHashOnly && ["passwd", "chpasswd", "gpasswd"].some((name) => work.words.names.has(name));
}

function passwordPaths(work: Work): string[] {
  if (work.changes.every(({ path }) => path !== "/etc/shadow")) return [];
  const isTyped = work.words.names.has("adduser") && !/--disabled-(?:password|login)|--system|--group/u.test(work.words.text);
  return isTyped || lockedText(work) !== null ? ["/etc/shadow"] : [];
}

interface Known {
  readonly chosen: ReadonlySet<string>;
  readonly hashes: ReadonlySet<string>;
  readonly input: DraftInput;
  readonly isMany: boolean;
}

function isSecretFile(change: PathChange, work: Work, { chosen, hashes, input, isMany }: Known): boolean {
  const { path, after, kept, package: owner } = change;
  if (chosen.has(path)) return true;
  if (isAccountDatabase(path) || owner !== undefined) return false;
  if (isSecretPath(path) || (after?.hash !== undefined && hashes.has(after.hash))) return true;
  if (kept || (isMany && !work.hasPackages && work.timed.step.kind !== "outside")) return false;
  return [...work.timed.step.findings, ...input.history.findings].some(
    ({ code, where }) => code.includes("secret") && where?.path === path,
  );
}

/** Only the mode, owner or content of paths that hold a secret already. */
function isFollowUp(files: readonly PathChange[], secret: ReadonlyMap<string, string>): boolean {
  return files.every(({ path, kind }) => secret.has(path) && kind !== "created");
}

/** `id_rsa.pub` beside `id_rsa`. */
function isPublicHalf({ path }: PathChange, hidden: readonly PathChange[]): boolean {
  return hidden.some((other) => path === `${other.path}.pub`);
}

function leftOutFile(path: string, step: string): Finding {
  const isAccounts = isAccountDatabase(path);
  return {
    code: "secret-left-out",
    message: isAccounts
      ? `What Step ${step} set in ${path} is a secret and is not in the image.`
      : `${path} (Step ${step}) holds a secret and is not in the image.`,
    hint: HINT,
    where: { path },
  };
}

/** A key that is made by chance, with no question asked: every build makes its own. */
function madeAnewFinding(path: string, step: string): Finding {
  return {
    code: "secret-made-anew",
    message: `${path} (Step ${step}) is a secret that is made anew; every build makes another.`,
    hint: "Make or mount it when the container starts, so that images do not share it.",
    where: { path },
  };
}

function variableFindings({ timed: { step } }: Work): Finding[] {
  const names = Object.entries(step.change.variables ?? {}).flatMap(([name, variable]) =>
    variable?.exported === true && (isSecretName(name) || variable.value === MASK) ? [name] : [],
  );
  return names.map((name) => ({
    code: "secret-left-out",
    message: `The variable ${name} (Step ${step.id}) is a secret and is not set in the image.`,
    hint: HINT,
  }));
}

/** One for a Step of which no path tells that it is left out. */
function stepFindings(work: Work, leftOut: ReadonlyMap<number, string>, told: ReadonlySet<string>): Finding[] {
  const { id } = work.timed.step;
  const why = leftOut.get(work.rank);
  const isLasting = work.changes.some(({ path }) => !isVolatile(path));
  if (why === undefined && lockedText(work) !== null)
    return told.has(id)
      ? []
      : [{ code: "secret-left-out", message: `The secret in Step ${id} is not in the image: it runs without it.`, hint: HINT }];
  if (why === undefined || why === FOLLOW_UP || !isLasting || told.has(id)) return [];
  return [{ code: "secret-left-out", message: `Step ${id} is left out: ${why}.`, hint: HINT }];
}
