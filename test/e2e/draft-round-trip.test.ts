import { expect, test } from "vitest";
import { writeDraft } from "../../src/draft/assemble/write-draft.ts";
import type { DraftInput, SelectedStep, Service } from "../../src/draft/model.ts";
import { inputOf } from "../../src/draft/test-history.ts";
import type { TestStep } from "../../src/draft/test-history.ts";
import { readTimeline } from "../../src/draft/timeline/read-timeline.ts";
import { buildImage } from "../../src/engine/build.ts";
import { removeImage } from "../../src/engine/image.ts";
import { writeDraftFolder } from "../../src/record/draft-folder.ts";
import { makeTempFolder } from "../../src/system/files.ts";
import { withContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf } from "../support/host-command.ts";
import { BASH_ROWS, LONG_ROWS, PORTABLE_ROWS } from "./draft-rows.ts";
import type { HardRow } from "./draft-rows.ts";

const NO_SERVICE: Service = {
  cmd: null,
  why: "",
  steps: [],
  user: null,
  workdir: null,
  expose: [],
  stopSignal: null,
  proposals: [],
};

const ROWS = [PORTABLE_ROWS, BASH_ROWS, LONG_ROWS];
const FOLDERS = ROWS.flatMap((rows, part) => rows.map((_, index) => folderOf(part, index)));
const LIST = `cd /t && find . -printf '%p %y %m %U:%G %l\\n' | LC_ALL=C sort && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum`;
const PREPARE = `useradd -m app && mkdir -p ${FOLDERS.join(" ")} && chmod 777 /t /t/*`;

function folderOf(part: number, index: number): string {
  return `/t/${part}-${index}`;
}

/** The rows as a History: what set the shell up is dropped, the rows run; a file between the parts keeps them apart. */
function historyInput(builder: "classic" | "buildkit"): { input: DraftInput; kept: Set<string> } {
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
  return { input: inputOf(steps, { options: { builder } }), kept };
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

function draftOf(builder: "classic" | "buildkit"): { draft: ReturnType<typeof writeDraft>; input: DraftInput } {
  const { input, kept } = historyInput(builder);
  const timeline = readTimeline(input.history, input.base);
  const steps = timeline.steps.map((timed): SelectedStep => {
    const isCarried = timed.step.kind === "outside";
    const fate = isCarried ? "carry" : kept.has(timed.step.id) ? "run" : "drop";
    const carried = timed.step.effect.changes.map(({ path, after }) => ({ path, entry: after }));
    return { timed, fate, why: "It is part of the test.", carried, preseed: [], text: null, together: null };
  });
  const selection = { steps, findings: [], secretPaths: [], stage: null };
  return { draft: writeDraft(input, { timeline, selection, service: NO_SERVICE }), input };
}

function contentOf(input: DraftInput, hash: string): Buffer | null {
  const text = input.readText(hash);
  return text === null ? null : Buffer.from(text);
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
  const engine = await testEngine();
  const { draft, input } = draftOf("classic");
  const temp = await makeTempFolder("cooper-draft-");
  try {
    await writeDraftFolder(temp.path, { draft, acceptance: "", readContent: (hash) => contentOf(input, hash) }, true);
    const { imageId } = await buildImage(engine, { folder: temp.path, builder: "classic", network: "none" });
    try {
      const built = await outputOf(["docker", "run", "--rm", "--network", "none", imageId, "bash", "-c", LIST]);
      expect(built.split("\n")).toEqual((await judge()).split("\n"));
    } finally {
      await removeImage(engine, imageId);
    }
  } finally {
    await temp.remove();
  }
}, 120_000);
