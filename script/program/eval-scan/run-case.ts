import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as z from "zod";
import { runCooper } from "../../../test/support/cli.ts";
import { uniqueName } from "../../../test/support/container.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import type { ScanCase } from "./case.ts";

export interface ScanResult {
  readonly name: string;
  readonly isGood: boolean;
  readonly seen: number;
  readonly missed: readonly string[];
  readonly false: readonly string[];
  /** What else is wrong: a forged report, an exit code, something that was not said. */
  readonly wrong: readonly string[];
  readonly seconds: number;
}

const findingLine = z.object({
  kind: z.string(),
  path: z.string().optional(),
  pathB64: z.string().optional(),
  rule: z.string().optional(),
});
const SCRIPT_MS = 600_000;
const SCAN_MS = 600_000;

/** Does to a container of its own what a case says, and judges what the scan finds. */
export async function runCase(item: ScanCase): Promise<ScanResult> {
  const name = uniqueName("scan");
  const folder = mkdtempSync(path.join(tmpdir(), "cooper-eval-scan-"));
  const started = performance.now();
  try {
    await setUp(item, name, folder);
    const found = await look(item, name, folder);
    return { name: item.name, ...judge(item, found), seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { name: item.name, isGood: false, seen: 0, missed: [], false: [], wrong: [why], seconds: (performance.now() - started) / 1000 };
  } finally {
    await runOnHost(["docker", "unpause", name]);
    await runOnHost(["docker", "rm", "-f", "-v", name]);
    await runOnHost(["docker", "volume", "rm", "-f", name]);
    if (item.dockerfile !== undefined) await runOnHost(["docker", "rmi", "-f", name]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function setUp(item: ScanCase, name: string, folder: string): Promise<void> {
  if (item.dockerfile !== undefined) {
    writeFileSync(path.join(folder, "Dockerfile"), ["FROM debian:bookworm", ...item.dockerfile, ""].join("\n"));
    await outputOf(["docker", "build", "-q", "-t", name, folder], { env: { DOCKER_BUILDKIT: "0" } });
  }
  const mine = (words: readonly string[]): readonly string[] => words.map((word) => (word.startsWith("@") ? name + word.slice(1) : word));
  const image = item.dockerfile === undefined ? "debian:bookworm" : name;
  const network = item.args?.includes("--network") === true ? [] : ["--network", "none"];
  await outputOf([
    "docker",
    "run",
    "-d",
    ...network,
    "--name",
    name,
    ...mine(item.args ?? []),
    image,
    ...(item.command ?? ["sleep", "infinity"]),
  ]);
  if (item.script !== undefined) {
    const done = await runOnHost(["docker", "exec", name, "sh", "-c", item.script], { timeoutMs: SCRIPT_MS });
    if (done.exit !== 0) throw new Error(`${item.name}: the script ended with ${done.exit}: ${done.stderr}${done.stdout}`);
  }
  for (const command of item.before ?? []) await outputOf(mine(command));
}

interface Looked {
  readonly lines: readonly z.infer<typeof findingLine>[];
  readonly text: string;
  readonly exits: readonly number[];
}

async function look(item: ScanCase, name: string, folder: string): Promise<Looked> {
  const rules = path.join(folder, "rules.yaml");
  if (item.rules !== undefined) writeFileSync(rules, item.rules);
  const words = ["scan", name, ...(item.rules === undefined ? [] : ["--rules", rules]), ...(item.scan ?? [])];
  const json = await runCooper([...words, "--json"], { timeoutMs: SCAN_MS });
  const text = await runCooper(words, { timeoutMs: SCAN_MS });
  const lines = json.stdout.split("\n").filter((line) => line !== "");
  return { lines: lines.map((line) => findingLine.parse(JSON.parse(line))), text: text.stdout, exits: [json.exit, text.exit] };
}

function judge(item: ScanCase, { lines, text, exits }: Looked): Omit<ScanResult, "name" | "seconds"> {
  const found = lines.filter(({ kind }) => kind === "finding");
  const expected = item.expect.map((one) => (typeof one === "string" ? { path: one } : one));
  const isFound = (one: { readonly path: string; readonly rule?: string }): boolean =>
    found.some((line) => pathOf(line, one.path) === one.path && (one.rule === undefined || line.rule === one.rule));
  const missed = expected.filter((one) => !isFound(one)).map(({ path: where, rule }) => `${where.slice(0, 80)} ${rule ?? ""}`.trim());
  const isAsked = (line: (typeof found)[number]): boolean =>
    expected.some((one) => pathOf(line, one.path) === one.path) ||
    (item.mayFind ?? []).some((start) => line.path?.startsWith(start) === true);
  const wrongly = found.filter((line) => !isAsked(line)).map((line) => `${line.path?.slice(0, 80)} ${line.rule}`);
  const wrong = wrongs(item, { lines, text, exits });
  return {
    isGood: missed.length + wrongly.length + wrong.length === 0,
    seen: expected.length - missed.length,
    missed,
    false: wrongly,
    wrong,
  };
}

function pathOf(line: z.infer<typeof findingLine>, like: string): string {
  return like.startsWith("base64:") ? `base64:${line.pathB64 ?? ""}` : (line.path ?? "");
}

/** A report is never forged: no line of it is "all ok" but the last, and only when all is; nothing in it changes a screen. */
function wrongs(item: ScanCase, { lines, text, exits }: Looked): readonly string[] {
  const wrong: string[] = [];
  const isClean = item.expect.length === 0 && item.isPartial !== true;
  const shown = text.split("\n").slice(0, -1);
  const oks = shown.flatMap((line, at) => (line === "all ok" ? [at] : []));
  if (isClean ? oks.length !== 1 || oks[0] !== shown.length - 1 : oks.length > 0)
    wrong.push(`"all ok" on lines ${oks.join(", ")} of ${shown.length}`);
  // oxlint-disable-next-line no-control-regex -- it is what must not be there
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/u.test(text)) wrong.push("a character that changes a screen");
  if (lines.filter(({ kind }) => kind === "summary").length !== 1 || lines.at(-1)?.kind !== "summary")
    wrong.push("not one summary at the end");
  const exit = item.exit ?? (item.expect.length > 0 ? 1 : 0);
  if (exits.some((one) => one !== exit)) wrong.push(`exit ${exits.join(" and ")} instead of ${exit}`);
  for (const said of item.says ?? []) if (!text.includes(said)) wrong.push(`${said} is not said`);
  return wrong;
}
