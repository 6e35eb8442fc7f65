import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { cooperProgram, repository } from "../../test/support/cli.ts";
import { uniqueName } from "../../test/support/container.ts";
import { outputOf, runOnHost } from "../../test/support/host-command.ts";
import { benchInstall } from "./bench/install.ts";
import type { Figure } from "./bench/measure.ts";
import { benchPrompt } from "./bench/prompt.ts";
import { benchReplay } from "./bench/replay.ts";
import { benchStartUp } from "./bench/start-up.ts";
import { benchVerify } from "./bench/verify.ts";

const usage = `usage: script/bench record [--only start-up|prompt|install|replay|verify]... [--json]

What recording costs, each figure against doing without in the same run.`;

const name = uniqueName("bench");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-bench-"));
const program = [process.execPath, cooperProgram()];

function environmentOf(part: string): { readonly env: Readonly<Record<string, string>>; readonly state: string } {
  const state = path.join(folder, part);
  return { env: { XDG_STATE_HOME: state }, state };
}

async function withBox(use: (container: string) => Promise<Figure>): Promise<Figure> {
  await outputOf(["docker", "run", "-d", "--name", name, "debian:bookworm", "sleep", "infinity"]);
  try {
    return await use(name);
  } finally {
    await runOnHost(["docker", "rm", "-f", "-v", name]);
  }
}

const parts: Readonly<Record<string, () => Promise<Figure>>> = {
  "start-up": () => benchStartUp(program),
  prompt: () =>
    withBox((container) =>
      benchPrompt({
        plain: ["docker", "exec", "-it", container, "bash"],
        recorded: [...program, "record", container],
        env: environmentOf("prompt").env,
      }),
    ),
  install: () => benchInstall({ name, env: environmentOf("install").env, recorded: (container) => [...program, "record", container] }),
  replay: () => withBox((container) => benchReplay({ container, program, ...environmentOf("replay") })),
  verify: () => benchVerify(name, path.join(folder, "verify")),
};

function lineOf({ name: part, value, goal, isMet, detail }: Figure): string {
  return `${isMet ? "ok  " : "MISS"}  ${part.padEnd(9)} ${value.padEnd(18)} ${goal.padEnd(26)} ${detail}`;
}

async function main(): Promise<number> {
  const options = { only: { type: "string", multiple: true }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
  const { positionals, values } = parseArgs({ options, allowPositionals: true });
  const wanted = values.only ?? Object.keys(parts);
  if (values.help === true || positionals[0] !== "record" || wanted.some((part) => parts[part] === undefined)) {
    process.stderr.write(`${usage}\n`);
    return values.help === true ? 0 : 2;
  }
  await outputOf([process.execPath, path.join(repository, "script", "build.mjs")]);
  const figures: Figure[] = [];
  for (const part of wanted) {
    const figure = await parts[part]?.();
    if (figure === undefined) continue;
    figures.push(figure);
    process.stderr.write(`${lineOf(figure)}\n`);
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify({ figures }, null, 2)}\n`);
  return figures.every(({ isMet }) => isMet) ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}
