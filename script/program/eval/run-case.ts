import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { carriedBy } from "./carried.ts";
import type { Case } from "./case-file.ts";
import { CaseFolder, draftOf, plainWays, recordedWays, verdictOf } from "./cooper-calls.ts";
import type { DraftedFolder } from "./cooper-calls.ts";
import { instructionsOf } from "./dockerfile-count.ts";
import { buildClassic, containerSize, hostNameOf, imageSize, listContainer, printedIn, withIdleContainer } from "./engine-commands.ts";
import type { Built } from "./engine-commands.ts";
import { findSecrets } from "./find-secrets.ts";
import { idealPaths, idealSize, writeIdeal } from "./ideal.ts";
import { differencesOf } from "./judge.ts";
import type { JudgedDifference } from "./judge.ts";
import { knownSecrets } from "./known-secrets.ts";
import { Typist } from "./recorder.ts";
import { emptyResult } from "./result.ts";
import type { CaseResult } from "./result.ts";

export interface RunOptions {
  /** Where the case's state, Drafts and reports go; kept for the reader. */
  readonly folder: string;
  readonly isIdealBuilt: boolean;
  /** Measure the expert's Dockerfile of a plain shell's container, not cooper. */
  readonly isControl: boolean;
  /** Record what commands read. */
  readonly isReading: boolean;
  readonly say: (text: string) => void;
}

interface Judgement {
  readonly built: boolean;
  readonly beforeCarries: readonly string[];
  readonly differences: readonly JudgedDifference[];
  readonly outputs: readonly string[];
  readonly imageBytes: number | null;
  readonly error: string | null;
}

interface Scene {
  readonly item: Case;
  readonly container: string;
  readonly place: CaseFolder;
}

async function startScene(item: Case, folder: string): Promise<Scene> {
  const container = `cooper-eval-${process.pid}-${item.name}-${randomBytes(3).toString("hex")}`;
  await mkdir(folder, { recursive: true });
  if (item.build !== undefined) {
    await mkdir(path.join(folder, "image"), { recursive: true });
    await writeFile(path.join(folder, "image", "Dockerfile"), item.build);
    await outputOf(["docker", "build", "-q", "-t", item.image, path.join(folder, "image")], { env: { DOCKER_BUILDKIT: "0" } });
  }
  await outputOf(["docker", "run", "-d", "--name", container, ...item.args, item.image, "sleep", "infinity"]);
  return { item, container, place: new CaseFolder(container, folder) };
}

/** Some commands print in an order that hashes make: they are asked again, and one answer in common is enough. */
const ROUNDS = 10;

async function differenceOf(command: string, ask: readonly ((command: string) => Promise<string>)[]): Promise<string | null> {
  const answers = ask.map(() => new Set<string>());
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [side, put] of ask.entries()) answers[side]?.add(await put(command));
    const [wanted, got] = answers;
    if (wanted !== undefined && got !== undefined && [...wanted].some((answer) => got.has(answer))) return null;
    if (round > 0 && answers.every(({ size }) => size === 1)) break;
  }
  const [wanted = "", got = ""] = answers.map((set) => [...set][0]?.slice(0, 400));
  return `${command}\n  recorded: ${wanted}\n  built:    ${got}`;
}

/** The first text that is not behind the one before it. */
async function outOfOrder({ item }: Scene, { folder }: DraftedFolder): Promise<readonly string[]> {
  const text = await readFile(path.join(folder, "Dockerfile"), "utf8");
  let at = 0;
  for (const wanted of item.inOrder) {
    const found = text.indexOf(wanted, at);
    if (found < 0) return [`the Dockerfile: ${wanted} does not come after what the case names before it`];
    at = found + wanted.length;
  }
  return [];
}

async function differentOutputs({ item, container }: Scene, built: Built): Promise<readonly string[]> {
  return await withIdleContainer(built.image, `${container}-built`, async (idle) => {
    const names = [...built.hostNames, ...(await Promise.all([container, idle].map(hostNameOf)))];
    const plain = (text: string): string => names.reduce((rest, name) => rest.replaceAll(name, "HOSTNAME"), text);
    const ask = [container, idle].map((name) => async (command: string) => plain(await printedIn(name, command)));
    const different: string[] = [];
    for (const command of item.sameOutput) different.push((await differenceOf(command, ask)) ?? "");
    return different.filter((text) => text !== "");
  });
}

async function compareImage({ item, container }: Scene, draft: DraftedFolder, built: Built): Promise<readonly JudgedDifference[]> {
  const own = await hostNameOf(container);
  const created = await outputOf(["docker", "create", built.image, "true"]);
  try {
    const wanted = await listContainer(container, [own]);
    const got = await listContainer(created, [...built.hostNames, created.slice(0, 12)]);
    return differencesOf(wanted, got, { mayDiffer: item.mayDiffer, secretPaths: draft.secretPaths });
  } finally {
    await runOnHost(["docker", "rm", "-f", "-v", created]);
  }
}

const failed: Omit<Judgement, "error"> = { built: false, beforeCarries: [], differences: [], outputs: [], imageBytes: null };

/** The image stays until the case is over: what cooper builds after it finds its layers. */
function imageTag({ container }: Scene, name: string): string {
  return `${container}-${name}`;
}

async function judge(scene: Scene, draft: DraftedFolder, name: string): Promise<Judgement> {
  try {
    const built = await buildClassic(draft.folder, imageTag(scene, name));
    const differences = await compareImage(scene, draft, built);
    const outputs = [...(await differentOutputs(scene, built)), ...(await outOfOrder(scene, draft))];
    return { built: true, beforeCarries: built.beforeCarries, differences, outputs, imageBytes: await imageSize(built.image), error: null };
  } catch (error) {
    return { ...failed, error: String(error) };
  }
}

function isEquivalent({ built, differences, outputs }: Judgement): boolean {
  return built && differences.length === 0 && outputs.length === 0;
}

interface Judged {
  readonly draft: DraftedFolder;
  readonly judged: Judgement;
}

async function measure(scene: Scene, { draft, judged }: Judged, options: RunOptions): Promise<Partial<CaseResult>> {
  const { item, container, place } = scene;
  const dockerfile = await readFile(path.join(draft.folder, "Dockerfile"), "utf8");
  const carried = await carriedBy({ folder: draft.folder, dockerfile, container, before: judged.beforeCarries });
  const ideal = options.isIdealBuilt ? await idealSize(item.ideal, container, path.join(place.folder, "ideal")) : null;
  return {
    instructions: instructionsOf(dockerfile).length,
    carriedPaths: carried.paths.length,
    carriedBytes: carried.bytes,
    needlessPaths: carried.needless,
    idealCarriedPaths: (await idealPaths(item.ideal, container)).length,
    repairs: draft.repairs + carried.needless.length,
    size: { image: null, container: await containerSize(container), ideal },
  };
}

/** The Draft with repairs; where there is none, the first one with what went wrong. */
async function repairedOf({ place, item }: Scene, first: DraftedFolder): Promise<DraftedFolder> {
  const flags = ["--repair", ...item.mayDiffer.flatMap((pattern) => ["--may-differ", pattern])];
  return await draftOf(place, "repaired", flags).catch((error: unknown) => ({ ...first, error: String(error) }));
}

async function evaluate(scene: Scene, options: RunOptions): Promise<Partial<CaseResult>> {
  const { place, item } = scene;
  const first = await draftOf(place, "draft", []);
  const judged = await judge(scene, first, "draft");
  const verdict = await verdictOf(place, item.mayDiffer);
  const plain = isEquivalent(judged);
  const second = plain ? first : await repairedOf(scene, first);
  const final = plain ? judged : await judge(scene, second, "repaired");
  const measured = await measure(scene, { draft: second, judged: final }, options);
  return {
    ...measured,
    built: judged.built,
    equivalent: isEquivalent(final),
    equivalentWithoutRepair: plain && measured.repairs === 0,
    differences: judged.differences,
    differencesLeft: final.differences,
    outputs: final.outputs,
    verdict: verdict.equivalent,
    verdictAgrees: verdict.equivalent === (judged.built && judged.differences.length === 0),
    secretPaths: second.secretPaths,
    size: { image: final.imageBytes, container: measured.size?.container ?? null, ideal: measured.size?.ideal ?? null },
    error: final.error ?? judged.error ?? second.error,
  };
}

async function evaluateIdeal(scene: Scene, options: RunOptions): Promise<Partial<CaseResult>> {
  const folder = path.join(scene.place.folder, "draft");
  await writeIdeal(scene.item.ideal, scene.container, folder);
  const draft = { folder, repairs: 0, secretPaths: [], error: null };
  const judged = await judge(scene, draft, "draft");
  const { built, differences, outputs, error } = judged;
  const equivalent = isEquivalent(judged);
  const measured = await measure(scene, { draft, judged }, { ...options, isIdealBuilt: false });
  return { ...measured, built, equivalent, equivalentWithoutRepair: equivalent, differences, differencesLeft: differences, outputs, error };
}

async function reportsOf({ place }: Scene): Promise<Record<string, string>> {
  const verbs = [
    ["history", place.container],
    ["history", place.container, "--json"],
    ["replay", place.container, "--explain"],
  ];
  const outcomes = await Promise.all(verbs.map(async (verb) => [verb.join(" "), await place.run(verb)] as const));
  return Object.fromEntries(outcomes.map(([verb, { stdout, stderr }]) => [verb, stdout + stderr]));
}

async function secretsIn(scene: Scene, folder: string): Promise<readonly string[]> {
  return await findSecrets(knownSecrets(scene.item), [folder], await reportsOf(scene));
}

async function dispose(scene: Scene): Promise<void> {
  const { item, container } = scene;
  await runOnHost(["docker", "rm", "-f", "-v", container]);
  await runOnHost(["docker", "image", "rm", "-f", imageTag(scene, "draft"), imageTag(scene, "repaired")]);
  if (item.build !== undefined) await runOnHost(["docker", "image", "rm", item.image]);
}

async function runScene(scene: Scene, options: RunOptions): Promise<Partial<CaseResult>> {
  const { item, container, place } = scene;
  const ways = options.isControl ? plainWays(container) : recordedWays(container, options.isReading || item.reads);
  const typist = new Typist({ container, ways, env: place.env, session: item.session });
  const started = Date.now();
  try {
    await typist.play(item.steps);
    options.say(`${item.name}: typed in ${Math.round((Date.now() - started) / 1000)} s`);
    const result = options.isControl ? await evaluateIdeal(scene, options) : await evaluate(scene, options);
    return { ...result, secrets: options.isControl ? [] : await secretsIn(scene, options.folder) };
  } finally {
    typist.close();
    await dispose(scene);
  }
}

/** Types a case into a recorded shell, replays, builds, judges, and removes everything but the folder of results. A failure is a result. */
export async function runCase(item: Case, options: RunOptions): Promise<CaseResult> {
  const started = Date.now();
  const result = await startScene(item, options.folder)
    .then((scene) => runScene(scene, options))
    .catch((error: unknown): Partial<CaseResult> => ({ error: error instanceof Error ? error.message : String(error) }));
  return { ...emptyResult(item.name, instructionsOf(item.ideal).length), ...result, seconds: (Date.now() - started) / 1000 };
}
