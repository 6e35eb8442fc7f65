import { mkdir, readdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { VerbContext } from "../../src/cli/context.ts";
import { exitCodeOf } from "../../src/cli/report-error.ts";
import { runVerb } from "../../src/cli/run-verb.ts";
import { isCooperError } from "../../src/base/errors.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { createProgress } from "../../src/terminal/progress.ts";
import { createStyle } from "../../src/terminal/style.ts";
import { uniqueName } from "../support/container.ts";

const word = uniqueName("names");
const upper = `Upper-${word}`;
let root: TempFolder;

beforeAll(async () => {
  root = await makeTempFolder("cooper-names-");
  for (const unit of [`${word}-one`, `${word}-two`, upper]) {
    await mkdir(join(root.path, "units", unit), { recursive: true });
    await writeFile(join(root.path, "units", unit, "compose.yaml"), "services: { web: { image: debian:bookworm } }\n");
  }
});
afterAll(() => root.remove());

function contextOf(printed: string[]): VerbContext {
  const { stdin, stdout, stderr } = process;
  const style = createStyle(false);
  return {
    env: { ...process.env, COOPER_ROOTS: join(root.path, "units"), COOPER_STATE: join(root.path, "state"), XDG_CONFIG_HOME: root.path },
    home: homedir(),
    cwd: root.path,
    stdin,
    stdout,
    stderr,
    print: async (text) => void printed.push(text),
    style,
    progress: createProgress({ stream: new PassThrough(), isTerminal: false, columns: () => 80, style }),
    signal: new AbortController().signal,
    own: ["cooper"],
    clock: Date.now,
    randomHex: (bytes) => "0".repeat(2 * bytes),
  };
}

/** What a verb says to wrong words: its exit code and the code of its error. */
async function answer(words: readonly string[]): Promise<{ readonly exit: number; readonly code: string; readonly printed: string }> {
  const printed: string[] = [];
  try {
    const exit = await runVerb(words, contextOf(printed));
    return { exit, code: "", printed: printed.join("") };
  } catch (error) {
    const exit = exitCodeOf(error, { verb: words[0] ?? "", isInterrupted: false });
    return { exit, code: isCooperError(error) ? error.code : String(error), printed: printed.join("") };
  }
}

const OF_UNITS: readonly (readonly string[])[] = [
  ["config"],
  ["convert"],
  ["plan"],
  ["build"],
  ["test"],
  ["promote"],
  ["rollback"],
  ["releases"],
  ["upgrade"],
  ["run", "--mode", "dev"],
  ["up"],
  ["down"],
  ["restart"],
  ["recover"],
  ["clean"],
];
const OF_INSTANCES: readonly (readonly string[])[] = ["ps", "check", "logs", "enter", "reload", "images", "ip", "cow", "export"].map(
  (verb) => [verb],
);

test.each([...OF_UNITS, ...OF_INSTANCES])(
  "%s with a blank, an ambiguous or an unknown name is wrong usage, and changes nothing",
  async (...words) => {
    const wrong = ["", " ", word, "no-such-unit-of-mine"];
    const answers = await Promise.all(wrong.map((name) => answer([...words, name])));
    expect(answers).toEqual(
      ["unit-unknown", "unit-unknown", "unit-ambiguous", "unit-unknown"].map((code) => ({ exit: 2, code, printed: "" })),
    );
    expect(await readdir(root.path)).toEqual(["units"]);
  },
);

test.each([["plan"], ["ps"], ["images"]])(
  "%s of a unit that no image of its own could be called after, with an image from elsewhere",
  async (verb) => {
    expect(await answer([verb, upper])).toMatchObject({ code: "", printed: expect.stringContaining("debian:bookworm") });
  },
);
