import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { cooperProgram } from "../../../test/support/cli.ts";
import { runOnHost } from "../../../test/support/host-command.ts";
import type { HostOutcome } from "../../../test/support/host-command.ts";
import type { SessionOptions } from "./case-file.ts";
import type { Ways } from "./recorder.ts";

/** Where one case's container is recorded and its results are kept. */
export class CaseFolder {
  readonly container: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;

  constructor(container: string, folder: string) {
    this.container = container;
    this.folder = folder;
    this.env = { XDG_STATE_HOME: path.join(folder, "state"), NO_COLOR: "1" };
  }

  /** Runs the built cooper with this case's state. */
  run(args: readonly string[]): Promise<HostOutcome> {
    return runOnHost([process.execPath, cooperProgram(), ...args], { env: this.env, timeoutMs: 1_800_000 });
  }
}

/** Shells and commands through cooper; `isReading`: what the shells' commands read is recorded, too. */
export function recordedWays(container: string, isReading: boolean): Ways {
  const cooper = [process.execPath, cooperProgram()];
  const record = [...cooper, "record", container, ...(isReading ? ["--reads"] : [])];
  const flags = (options: SessionOptions): readonly string[] =>
    Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`, value]));
  return {
    shell: (options) => [...record, ...flags(options)],
    command: (argv) => [...cooper, "exec", container, "--", ...argv],
    lines: () => record,
  };
}

const anyShell = '"$(command -v bash || command -v sh)"';

/** The same without cooper, to measure what the experts' Dockerfiles are worth. */
export function plainWays(container: string): Ways {
  const flags = ({ user, workdir }: SessionOptions): readonly string[] => [
    ...(user === undefined ? [] : ["--user", user]),
    ...(workdir === undefined ? [] : ["--workdir", workdir]),
  ];
  return {
    shell: (options) => ["docker", "exec", "-it", ...flags(options), container, "sh", "-c", `exec ${options.shell ?? anyShell}`],
    command: (argv) => ["docker", "exec", container, ...argv],
    lines: () => ["docker", "exec", "-i", container, "bash"],
  };
}

export interface DraftedFolder {
  readonly folder: string;
  readonly repairs: number;
  readonly secretPaths: readonly string[];
  readonly error: string | null;
}

export interface ToldVerdict {
  readonly equivalent: boolean | null;
}

const replySchema = z.object({
  equivalent: z.boolean().nullish(),
  repairs: z.array(z.unknown()).nullish(),
  secretPaths: z.array(z.string()).nullish(),
});

type Reply = z.infer<typeof replySchema>;

function parseReply(text: string): Reply | null {
  try {
    return replySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Writes a Draft with `cooper replay` into a folder of the case's; what it said goes beside it. */
export async function draftOf(place: CaseFolder, name: string, flags: readonly string[]): Promise<DraftedFolder> {
  const folder = path.join(place.folder, name);
  const { exit, stdout, stderr } = await place.run(["replay", place.container, "-o", folder, "--json", ...flags]);
  await writeFile(path.join(place.folder, `${name}.json`), stdout);
  await writeFile(path.join(place.folder, `${name}.log`), stderr);
  if (!existsSync(path.join(folder, "Dockerfile")))
    throw new Error(`cooper replay ${flags.join(" ")} ended with ${exit} and wrote no Dockerfile:\n${stderr}`);
  const reply = parseReply(stdout);
  const repairs = reply?.repairs?.length ?? 0;
  return { folder, repairs, secretPaths: reply?.secretPaths ?? [], error: exit > 1 ? `replay ended with ${exit}: ${stderr.trim()}` : null };
}

/** What `cooper verify` says of a case. */
export async function verdictOf(place: CaseFolder, mayDiffer: readonly string[]): Promise<ToldVerdict> {
  const { stdout, stderr } = await place.run([
    "verify",
    place.container,
    "--json",
    ...mayDiffer.flatMap((pattern) => ["--may-differ", pattern]),
  ]);
  await writeFile(path.join(place.folder, "verdict.json"), stdout);
  await writeFile(path.join(place.folder, "verdict.log"), stderr);
  return { equivalent: parseReply(stdout)?.equivalent ?? null };
}
