import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";

const session = z.object({ user: z.string().optional(), workdir: z.string().optional(), shell: z.string().optional() });

/** One thing that the typist does; `terminal` names the recorded shell it goes to ("1" unless told). */
const stepSchema = z
  .object({
    type: z.string(),
    send: z.string(),
    keys: z.string(),
    expect: z.string(),
    prompt: z.literal(true),
    wait: z.number(),
    host: z.string(),
    end: z.literal(true),
    ended: z.literal(true),
    session,
    exec: z.array(z.string()),
    lines: z.string(),
    terminal: z.string(),
  })
  .partial();

const caseSchema = z.object({
  name: z.string(),
  image: z.string(),
  /** Dockerfile of an image built before the case starts, named `image`. */
  build: z.string().optional(),
  /** More arguments for `docker run`. */
  args: z.array(z.string()).default([]),
  session: session.default({}),
  steps: z.array(stepSchema),
  sameOutput: z.array(z.string()).default([]),
  mayDiffer: z.array(z.string()).default([]),
  /** Texts that must appear nowhere in what cooper writes, besides those found in `steps`. */
  secrets: z.array(z.string()).default([]),
  /** What commands read is recorded, too. */
  reads: z.boolean().default(false),
  /** Texts that the Dockerfile must have in this order. */
  inOrder: z.array(z.string()).default([]),
  ideal: z.string(),
});

export type CaseStep = z.infer<typeof stepSchema>;
export type SessionOptions = z.infer<typeof session>;
export type Case = z.infer<typeof caseSchema>;

async function readCase(file: string): Promise<Case> {
  const parsed = caseSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The cases of a folder (each *.json), in the order of their file names; `only` keeps those whose name it is. */
export async function readCases(folder: string, only: readonly string[]): Promise<readonly Case[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted();
  const cases = await Promise.all(files.map((name) => readCase(path.join(folder, name))));
  return cases.filter(({ name }) => only.length === 0 || only.includes(name));
}
