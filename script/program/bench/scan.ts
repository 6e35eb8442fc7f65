import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import type { BenchParts, BenchPlace, Figure } from "./measure.ts";
import { costOf, median } from "./measure.ts";

const ROUNDS = 3;
const MEMORY = 200 * 1024 ** 2;
const DIFFS = 10;

/** What scanning costs, against `docker diff` in a loop in the same run. */
export function scanParts({ name, program }: BenchPlace): BenchParts {
  return {
    hundred: () => benchMany({ name: `${name}-h`, program, count: 100, goalMs: null, isQuick: false, isRunning: true }),
    thousand: () => benchMany({ name: `${name}-t`, program, count: 1000, goalMs: 8000, isQuick: false, isRunning: false }),
    "thousand-quick": () => benchMany({ name: `${name}-q`, program, count: 1000, goalMs: 3000, isQuick: true, isRunning: false }),
    large: () => benchLarge(`${name}-l`, program),
  };
}

interface Many {
  readonly name: string;
  readonly program: readonly string[];
  readonly count: number;
  /** Null: none but what docker diff takes. */
  readonly goalMs: number | null;
  readonly isQuick: boolean;
  readonly isRunning: boolean;
}

/** Containers with 200 changed files each; those that do not run get them from an archive, as does every one, so that all are alike. */
async function benchMany({ name, program, count, goalMs, isQuick, isRunning }: Many): Promise<Figure> {
  const folder = mkdtempSync(path.join(tmpdir(), "cooper-bench-scan-"));
  const names = Array.from({ length: count }, (_none, number) => `${name}-${number}`);
  try {
    await outputOf([
      "sh",
      "-c",
      `mkdir -p ${folder}/data; for i in $(seq 200); do echo $i $$ >${folder}/data/$i; done; tar -C ${folder} -cf ${folder}/t.tar data`,
    ]);
    await each(names, (one) => make(one, { folder, isRunning }));
    const words = [...program, "scan", ...(isRunning ? [] : ["--all"]), ...(isQuick ? ["--quick"] : []), "--json", ...names];
    const { ms, peak } = await bestOf(words);
    const diff = await diffTime(names.slice(0, DIFFS));
    const factor = diff / (ms / count);
    return {
      name: isQuick ? "thousand-quick" : count === 100 ? "hundred" : "thousand",
      value: `${(ms / 1000).toFixed(2)} s`,
      goal: `${goalMs === null ? "" : `<= ${goalMs / 1000} s, `}>= 25 x`,
      isMet: ms <= (goalMs ?? Infinity) && factor >= 25 && peak <= MEMORY,
      detail: `${count} ${isRunning ? "running" : "created"} containers x 200 changes; docker diff ${diff.toFixed(0)} ms each: ${factor.toFixed(0)} x; ${mebibytes(peak)}`,
    };
  } finally {
    await each(names, async (one) => void (await runOnHost(["docker", "rm", "-f", "-v", one])));
    await rm(folder, { recursive: true, force: true });
  }
}

async function make(one: string, { folder, isRunning }: { readonly folder: string; readonly isRunning: boolean }): Promise<void> {
  await outputOf(["docker", "create", "--network", "none", "--name", one, "debian:bookworm", "sleep", "infinity"]);
  await outputOf(["sh", "-c", `docker cp - ${one}:/srv <${folder}/t.tar`]);
  if (isRunning) await outputOf(["docker", "start", one]);
}

async function each(names: readonly string[], act: (one: string) => Promise<void>): Promise<void> {
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

/** 100,000 changed files in one container. */
async function benchLarge(name: string, program: readonly string[]): Promise<Figure> {
  const script = 'for my $d (1..200) { mkdir "/srv/$d"; for (1..500) { open F, ">/srv/$d/$_"; print F "$d $_\\n" x 20; close F } }';
  await outputOf(["docker", "run", "-d", "--network", "none", "--name", name, "debian:bookworm", "sleep", "infinity"]);
  try {
    await outputOf(["docker", "exec", name, "perl", "-e", script]);
    const { ms, peak } = await bestOf([...program, "scan", name, "--json"]);
    const diff = await diffTime([name]);
    return {
      name: "large",
      value: `${(ms / 1000).toFixed(2)} s`,
      goal: "<= 2.5 s, <= 200 MiB",
      isMet: ms <= 2500 && peak <= MEMORY,
      detail: `100,200 changes in one container, all hashed; docker diff ${diff.toFixed(0)} ms, without contents; ${mebibytes(peak)}`,
    };
  } finally {
    await runOnHost(["docker", "rm", "-f", "-v", name]);
  }
}

async function bestOf(words: readonly string[]): Promise<{ readonly ms: number; readonly peak: number }> {
  const runs = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await costOf(words));
  if (runs.some(({ exit }) => exit !== 1)) throw new Error(`the scan ended with ${runs.map(({ exit }) => exit).join(", ")}`);
  return { ms: median(runs.map(({ milliseconds }) => milliseconds)), peak: Math.max(...runs.map(({ peak }) => peak)) };
}

async function diffTime(names: readonly string[]): Promise<number> {
  const times = [];
  for (const name of names) times.push((await costOf(["docker", "diff", name])).milliseconds);
  return median(times);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MiB`;
}
