import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { runOnHost } from "../../../test/support/host-command.ts";
import { costOf, median, settle } from "./measure.ts";
import type { Figure, RunCost } from "./measure.ts";

const STEPS = 10_000;
const ROUNDS = 5;
const lines = [
  "mkdir -p /opt/bench",
  "cd /opt/bench",
  "export A=1 B=two",
  "echo $A > a",
  "ls -la",
  "sed -i s/1/2/ a",
  'f() { echo "$1" >> log; }',
  "f x",
  "cat a log",
  "touch b && rm b",
];

export interface ReplayPlace {
  readonly container: string;
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly state: string;
}

async function findJournal(state: string): Promise<string> {
  const files = (await readdir(state, { recursive: true })).filter((file) => file.endsWith(".jsonl"));
  const [journal] = files;
  if (journal === undefined || files.length > 1) throw new Error(`expected one journal below the state folder, found ${files.join(", ")}`);
  return path.join(state, journal);
}

/** Repeats the Steps of a journal, under new ids and later times, until there are enough of them. */
function multiply(journal: string): string {
  const records = journal
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Record<string, unknown> => JSON.parse(line));
  const head = records.filter(({ record }) => record === "session" || record === "shell");
  const steps = records.filter(({ record }) => record === "step");
  const many = Array.from({ length: STEPS }, (_, index) => {
    const text = JSON.stringify(steps[index % steps.length]);
    const pause = Math.floor(index / steps.length) * 60_000;
    return text
      .replace(/"id":"[^"]+"/, `"id":"s1.${index + 1}"`)
      .replaceAll(/"(startedAt|endedAt|changedAt)":(\d+)/g, (_all, key: string, time: string) => `"${key}":${Number(time) + pause}`);
  });
  return `${[...head.map((record) => JSON.stringify(record)), ...many].join("\n")}\n`;
}

/** `cooper replay` of a long History: time and memory. */
export async function benchReplay({ container, program, env, state }: ReplayPlace): Promise<Figure> {
  await runOnHost([...program, "record", container], { env, input: `${lines.join("\n")}\n` });
  const journal = await findJournal(state);
  await writeFile(journal, multiply(await readFile(journal, "utf8")));
  const argv = [...program, "replay", container];
  await costOf(argv, env);
  await settle();
  const costs: RunCost[] = [];
  for (let round = 0; round < ROUNDS; round += 1) costs.push(await costOf(argv, env));
  const milliseconds = median(costs.map((cost) => cost.milliseconds));
  const peak = Math.max(...costs.map((cost) => cost.peak));
  const exit = Math.max(...costs.map((cost) => cost.exit));
  const isMet = exit === 0 && milliseconds < 1000 && peak < 250e6;
  return {
    name: "replay",
    value: `${(milliseconds / 1000).toFixed(2)} s, ${Math.round(peak / 1e6)} MB`,
    goal: "under 1 s, under 250 MB",
    isMet,
    detail: `${STEPS} Steps, exit ${exit}, median of ${ROUNDS}`,
  };
}
