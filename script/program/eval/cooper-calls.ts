import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { cooperProgram } from "../../../test/support/cli.ts";
import { runOnHost } from "../../../test/support/host-command.ts";
import type { HostOutcome } from "../../../test/support/host-command.ts";

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
    return runOnHost([process.execPath, cooperProgram, ...args], { env: this.env, timeoutMs: 1_800_000 });
  }
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
