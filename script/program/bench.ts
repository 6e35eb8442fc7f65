import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { cooperProgram, repository } from "../../test/support/cli.ts";
import { uniqueName } from "../../test/support/container.ts";
import { outputOf } from "../../test/support/host-command.ts";
import type { BenchParts, BenchPlace, Figure } from "./bench/measure.ts";
import { recordParts } from "./bench/record.ts";
import { attachParts } from "./bench/remote/attach.ts";
import { commandParts } from "./bench/remote/commands.ts";
import { fileParts } from "./bench/remote/files.ts";
import { scanParts } from "./bench/scan.ts";
import { sensorParts } from "./bench/sensor.ts";
import { slimParts } from "./bench/slim.ts";

const usage = `usage: script/bench record [--only start-up|prompt|install|replay|verify]... [--json]
       script/bench slim [--only image|xray]... [--json]
       script/bench scan [--only hundred|thousand|thousand-quick|large]... [--json]
       script/bench remote [--only attach-here|attach-away|dodo-here|dodo-away|pipes|coherent|coherent-away|files-here|files-ssh|files-away]... [--json]
       script/bench sensor [--only imports|forks|files|nginx|burst]... [--json]

What a job costs, each figure against doing without in the same run.`;

const place: BenchPlace = {
  name: uniqueName("bench"),
  folder: mkdtempSync(path.join(tmpdir(), "cooper-bench-")),
  program: [process.execPath, cooperProgram()],
};
const jobs: Readonly<Record<string, (place: BenchPlace) => BenchParts>> = {
  record: recordParts,
  slim: slimParts,
  sensor: sensorParts,
  scan: scanParts,
  remote: (at) => ({ ...attachParts(at), ...commandParts(at), ...fileParts(at) }),
};

function lineOf({ name: part, value, goal, isMet, detail }: Figure): string {
  return `${isMet ? "ok  " : "MISS"}  ${part.padEnd(9)} ${value.padEnd(18)} ${goal.padEnd(26)} ${detail}`;
}

/** One part that breaks takes none of the others with it. */
function failedPart(name: string, error: unknown): Figure {
  return { name, value: "broke", goal: "a figure", isMet: false, detail: error instanceof Error ? error.message : String(error) };
}

async function main(): Promise<number> {
  const options = { only: { type: "string", multiple: true }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
  const { positionals, values } = parseArgs({ options, allowPositionals: true });
  const parts = jobs[positionals[0] ?? ""]?.(place) ?? {};
  const wanted = values.only ?? Object.keys(parts);
  if (values.help === true || wanted.length === 0 || wanted.some((part) => parts[part] === undefined)) {
    process.stderr.write(`${usage}\n`);
    return values.help === true ? 0 : 2;
  }
  if (process.env["COOPER_PROGRAM"] === undefined) await outputOf([process.execPath, path.join(repository, "script", "build.mjs")]);
  const figures: Figure[] = [];
  for (const part of wanted) {
    const figure = (await parts[part]?.().catch((error: unknown) => failedPart(part, error))) ?? failedPart(part, "there is no such part");
    figures.push(figure);
    process.stderr.write(`${lineOf(figure)}\n`);
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify({ figures }, null, 2)}\n`);
  return figures.every(({ isMet }) => isMet) ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  await rm(place.folder, { recursive: true, force: true });
}
