import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { runOnHost } from "../../../test/support/host-command.ts";

/** One figure against its goal. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
  readonly isMet: boolean;
  readonly detail: string;
}

/** What a part of a bench works with: a name that nobody else uses, a folder of its own, and the words that start cooper. */
export interface BenchPlace {
  readonly name: string;
  readonly folder: string;
  readonly program: readonly string[];
}

/** The parts of a bench by name. */
export type BenchParts = Readonly<Record<string, () => Promise<Figure>>>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const SETTLE_MS = 1000;

/** What was written before is on the disk and what was started has come to rest: none of it is measured. */
export async function settle(): Promise<void> {
  await runOnHost(["sync"]);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

/** Milliseconds that something takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

export interface RunCost {
  readonly milliseconds: number;
  /** The most memory the process held, in bytes. */
  readonly peak: number;
  readonly exit: number;
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid ?? 0}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Runs a program, its output thrown away, and tells what it cost. */
export function costOf(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunCost> {
  const [program = "", ...rest] = argv;
  const started = performance.now();
  const child = spawn(program, rest, { stdio: "ignore", env: { ...process.env, ...env } });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, 5);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      clearInterval(watch);
      resolve({ milliseconds: performance.now() - started, peak, exit: code ?? 1 });
    });
  });
}
