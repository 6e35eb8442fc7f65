import { join } from "node:path";
import type { Command } from "commander";
import { isCooperError } from "../../../base/errors.ts";
import { listContainers } from "../../../engine/container/container.ts";
import { listImages } from "../../../engine/image/list-images.ts";
import { listCheckpoints, START } from "../../../remote/checkpoint/checkpoints.ts";
import { mountFolder } from "../../../remote/serve/session-mount.ts";
import { findSession, listSessions } from "../../../remote/session/find-session.ts";
import { fileKind, listFolder, pathExists } from "../../../system/file/files.ts";
import { type Candidate, type Wanted, wantedAt } from "../../completion/candidates.ts";
import { type CompletedShell, completionScript } from "../../completion/scripts.ts";
import { insertedWord, readTypedLine } from "../../completion/typed-line.ts";
import type { VerbContext } from "../../context.ts";
import { openChosenEngine } from "../../places.ts";

/** `cooper completion`: the script for a shell. */
export async function showCompletion(context: VerbContext, shell: CompletedShell): Promise<number> {
  await context.print(completionScript(shell));
  return 0;
}

interface CompleteOptions {
  /** The word is a line of bash, and this is its end that what is printed will stand for. */
  readonly bash?: string;
}

/** `cooper complete`: what the last word may become, a line each with a tab before what it is; a line with a tab and "files" asks for files of this machine. */
export async function complete(
  context: VerbContext,
  program: Command,
  { given, options }: { readonly given: readonly string[]; readonly options: CompleteOptions },
): Promise<number> {
  const { bash: replaced } = options;
  const line = given.at(-1) ?? "";
  const [name = "cooper", ...rest] = replaced === undefined ? given : readTypedLine(line).words;
  const { lines, wantsFiles } = await offeredFor(context, program, /(^|\/)dodo$/.test(name) ? ["dev", "exec", ...rest] : rest);
  const shown = lines.flatMap((one) => {
    const word = replaced === undefined ? one.word : insertedWord(one.word, { line, replaced });
    return word === null ? [] : [`${word}\t${one.about}\n`];
  });
  await context.print([...shown, ...(wantsFiles ? ["\tfiles\n"] : [])].join(""));
  return 0;
}

interface Offered {
  readonly lines: readonly Candidate[];
  readonly wantsFiles: boolean;
}

async function offeredFor(context: VerbContext, program: Command, words: readonly string[]): Promise<Offered> {
  const wanted = wantedAt(program, words);
  const { before, value } = wanted;
  const word = (words.at(-1) ?? "").slice(before.length);
  const values = value === null ? [] : await valuesOf(context, wanted, word).catch(noneForCooper);
  const fitting = [...wanted.words, ...values].filter((one) => one.word.startsWith(word) && !/\p{Cc}/u.test(one.word));
  return { lines: fitting.map((one) => ({ ...one, word: before + one.word })), wantsFiles: value !== null && isOfFiles(value, word) };
}

// Without an engine or a session there is nothing to offer, and nothing to complain of.
function noneForCooper(error: unknown): readonly Candidate[] {
  if (isCooperError(error)) return [];
  throw error;
}

const NO_FILES: ReadonlySet<string> = new Set([
  "session",
  "context",
  "container",
  "image",
  "command",
  "host",
  "machine",
  "user",
  "name",
  "units",
]);

function isOfFiles(value: string, word: string): boolean {
  if (value === "argument") return !word.startsWith("/");
  return !NO_FILES.has(value) && !word.startsWith(":");
}

async function valuesOf(context: VerbContext, { value, verb }: Wanted, word: string): Promise<readonly Candidate[]> {
  if (value === "session" || (value === "name" && /^dev (init|rm)$/.test(verb))) return await sessions(context);
  if (value === "name" && verb === "dev undo") return await checkpoints(context);
  if (value === "container" || (value === "name" && !verb.startsWith("dev "))) return await containers(context);
  if (value === "image" || (value === "words" && verb === "dev run")) return await images(context);
  if (value === "command") return word.includes("/") ? await paths(context, word) : await commands(context);
  if (value === "argument" && word.startsWith("/")) return await paths(context, word);
  if (word.startsWith(":")) return (await paths(context, word.slice(1))).map((one) => ({ ...one, word: `:${one.word}` }));
  return [];
}

async function sessions({ env }: VerbContext): Promise<readonly Candidate[]> {
  return (await listSessions(env)).map(({ record }) => ({ word: record.name, about: record.container?.name ?? "no container" }));
}

async function checkpoints({ env, cwd }: VerbContext): Promise<readonly Candidate[]> {
  const known = await listCheckpoints(await findSession({ env, cwd }));
  const made = known.map(({ name, steps, createdAt }) => ({ word: name, about: `${new Date(createdAt).toISOString()}, ${steps} steps` }));
  return [...made, { word: START, about: "the image of the container" }];
}

async function containers(context: VerbContext): Promise<readonly Candidate[]> {
  const all = await listContainers(await openChosenEngine(context, {}), { all: true });
  return all.map(({ name, image, status }) => ({ word: name, about: `${image}, ${status}` }));
}

async function images(context: VerbContext): Promise<readonly Candidate[]> {
  const all = await listImages(await openChosenEngine(context, {}));
  return all.flatMap(({ tags }) => tags).map((word) => ({ word, about: "" }));
}

const PROGRAM_FOLDERS = ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"];

/** Programs of the session's container, by its mounted files. */
async function commands({ env, cwd }: VerbContext): Promise<readonly Candidate[]> {
  const root = mountFolder(await findSession({ env, cwd }));
  const names = await Promise.all(PROGRAM_FOLDERS.map((folder) => listFolder(join(root, folder)).catch(() => [])));
  return [...new Set(names.flat())].toSorted().map((word) => ({ word, about: "" }));
}

/** Paths of the session's container that begin so, by its mounted files. */
async function paths({ env, cwd }: VerbContext, word: string): Promise<readonly Candidate[]> {
  const root = mountFolder(await findSession({ env, cwd }));
  const above = word.slice(0, word.lastIndexOf("/") + 1);
  if (!above.startsWith("/") || !(await pathExists(join(root, above)))) return [];
  const names = (await listFolder(join(root, above))).filter((name) => `${above}${name}`.startsWith(word));
  const kinds = await Promise.all(names.slice(0, MOST_ASKED).map((name) => fileKind(join(root, above, name))));
  return names.map((name, at) => ({ word: `${above}${name}${kinds[at] === "other" ? "/" : ""}`, about: "" }));
}

/** Of more, what they are is not asked. */
const MOST_ASKED = 200;
