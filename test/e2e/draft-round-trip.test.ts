import { expect, test } from "vitest";
import type { DraftInput, Fate } from "../../src/draft/model.ts";
import { inputOf } from "../../src/draft/test-history.ts";
import type { TestStep } from "../../src/draft/test-history.ts";
import { withContainer } from "../support/container.ts";
import { outputOf } from "../support/host-command.ts";
import { BASH_ROWS, LONG_ROWS, PORTABLE_ROWS } from "./draft-rows.ts";
import type { HardRow } from "./draft-rows.ts";
import { buildSelected } from "./draft-support.ts";

const ROWS = [PORTABLE_ROWS, BASH_ROWS, LONG_ROWS];
const FOLDERS = ROWS.flatMap((rows, part) => rows.map((_, index) => folderOf(part, index)));
const LIST = `cd /t && find . -printf '%p %y %m %U:%G %l\\n' | LC_ALL=C sort && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum`;
const PREPARE = `useradd -m app && mkdir -p ${FOLDERS.join(" ")} && chmod 777 /t /t/*`;

function folderOf(part: number, index: number): string {
  return `/t/${part}-${index}`;
}

/** The rows as a History: what set the shell up is dropped, the rows run; a file between the parts keeps them apart. */
function historyInput(): { input: DraftInput; kept: Set<string> } {
  const steps: TestStep[] = [{ typed: PREPARE }];
  const kept = new Set(["s1.1"]);
  for (const [part, rows] of ROWS.entries()) {
    steps.push({ typed: "", kind: "outside", does: [`+ /t/between-${part} = part`] });
    for (const [index, row] of rows.entries()) {
      if (row.user !== undefined) steps.push({ typed: `su ${row.user}`, opens: row.user });
      steps.push({ typed: "setup", cd: folderOf(part, index), ...row.state });
      steps.push(rowStep(row));
      kept.add(`s1.${steps.length}`);
      steps.push({ typed: "reset", umask: "0022", ...undo(row), ...(row.user === undefined ? {} : { closes: true }) });
    }
  }
  return { input: inputOf(steps), kept };
}

function rowStep({ typed, exit, background }: HardRow): TestStep {
  return { typed, exit: exit ?? 0, background: background ?? false };
}

function undo({ state }: HardRow): Partial<TestStep> {
  const set = { ...state?.exports, ...state?.sets, ...state?.change?.variables };
  const off = (names: object | undefined, value: null | false): Record<string, never> =>
    JSON.parse(JSON.stringify(Object.fromEntries(Object.keys(names ?? {}).map((name) => [name, value]))));
  return {
    unsets: Object.keys(set).filter((name) => name !== "HOME"),
    ...("HOME" in set ? { exports: { HOME: "/root" } } : {}),
    functions: off(state?.functions, null),
    aliases: off(state?.aliases, null),
    options: off(state?.options, false),
  };
}

/** What bash itself does with the rows, in a container of its own. */
async function judge(): Promise<string> {
  const scripts = ROWS.flatMap((rows, part) =>
    rows.map((row, index) => {
      const text = `${row.setup ?? ""}\n${row.typed}\nwait\n`;
      const file = `/rows/${part}-${index}.sh`;
      const run = row.user === undefined ? `bash ${file}` : `su ${row.user} -c 'bash ${file}'`;
      const encoded = Buffer.from(text).toString("base64");
      return `echo ${encoded} | base64 -d > ${file}; (cd ${folderOf(part, index)} && ${run}) > /dev/null 2>&1`;
    }),
  );
  const files = ROWS.map((_, part) => `printf part > /t/between-${part}`);
  const script = [PREPARE, "mkdir /rows", ...scripts, ...files, LIST].join("\n");
  return withContainer({}, ({ name }) => outputOf(["docker", "exec", "-i", name, "bash"], { input: script }));
}

test("hard commands do in the built image what they did in bash", async () => {
  const { input, kept } = historyInput();
  const outside = new Set(
    input.history.sessions.flatMap(({ steps }) => steps.filter(({ kind }) => kind === "outside").map(({ id }) => id)),
  );
  const fateOf = (id: string): Fate => (outside.has(id) ? "carry" : kept.has(id) ? "run" : "drop");
  const { output } = await buildSelected(input, { fateOf, script: LIST });
  expect(output.split("\n")).toEqual((await judge()).split("\n"));
}, 120_000);
