import { resolve } from "node:path";
import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { putArchive } from "../../../engine/container/container.ts";
import { runInContainer } from "../../../engine/stream/exec.ts";
import { openConsole } from "../../../ship/look/console.ts";
import { enterContainer } from "../../../ship/look/enter.ts";
import { readBytesIfThere } from "../../../system/file/files.ts";
import { openRealTerminal } from "../../../system/terminal/terminal.ts";
import { escapeLines, escapeText } from "../../../terminal/escape-text.ts";
import { resolveVariables } from "../../words/argument.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import type { LookOptions } from "../../units/look.ts";
import { chooseContainers, type Chosen, exitOfChosen, forEach, type Looked, nameOf } from "../../units/look-several.ts";

interface EnterOptions extends LookOptions {
  readonly user: string;
  readonly workdir?: string;
  readonly env: readonly string[];
  readonly console?: boolean;
  readonly tools: readonly string[];
}

/** `cooper enter`: a shell or a command in a running instance, unrecorded; a command in several of them, one answer each. */
export async function enter(context: VerbContext, words: readonly string[], options: EnterOptions): Promise<number> {
  const { names, argv } = splitWords(words, options);
  const chosen = await chooseContainers(context, names, { ...options, needs: "running" });
  const archives = await Promise.all(options.tools.map((file) => readArchive(context, file)));
  for (const archive of archives)
    await forEach(context, chosen, ({ engine, container }) => putArchive(engine.engine, container.id, "/", archive));
  const [only] = chosen.chosen;
  if (chosen.isOne && only !== undefined && options.json !== true) return await enterOne(context, only, { argv, options });
  if (argv.length === 0) {
    throw new CooperError("command-missing", "Only one container can be entered at a time.", {
      hint: "Give one name, or a command for all of them after --: cooper enter web db -- uptime",
    });
  }
  return await enterSeveral(context, chosen, { argv, options });
}

async function readArchive({ cwd }: VerbContext, file: string): Promise<Buffer> {
  const bytes = await readBytesIfThere(resolve(cwd, file));
  if (bytes !== null) return bytes;
  throw new CooperError("input-missing", `There is no file ${file}.`, { hint: "Give a tar archive: --tools tools.tgz", where: { file } });
}

interface Wanted {
  readonly argv: readonly string[];
  readonly options: EnterOptions;
}

/** Names stand before "--" and the command after it; without one the first word is the name. */
function splitWords(
  words: readonly string[],
  { all }: EnterOptions,
): { readonly names: readonly string[]; readonly argv: readonly string[] } {
  const at = words.indexOf("--");
  if (at >= 0) return { names: words.slice(0, at), argv: words.slice(at + 1) };
  return all === true ? { names: [], argv: words } : { names: words.slice(0, 1), argv: words.slice(1) };
}

async function enterOne(context: VerbContext, { engine, container }: Looked, { argv, options }: Wanted): Promise<number> {
  const { stdin, stdout, stderr, signal, env } = context;
  const isTerminal = stdin.isTTY && stdout.isTTY;
  const terminal = isTerminal ? openRealTerminal(stdin, stdout) : null;
  const start = (): void => {
    context.progress.clear();
    if (isTerminal && argv.length === 0) stderr.write(`${context.style.dim("what is done here is not recorded (cooper record does)")}\n`);
    terminal?.enterRawMode();
  };
  const target = { engine: engine.engine, id: container.id, stdin, stdout, onStart: start, signal };
  try {
    if (options.console === true) {
      if (terminal === null) throw noTerminal();
      await openConsole({ ...target, terminal });
      return EXIT.done;
    }
    const { user, workdir } = options;
    return await enterContainer({ ...target, argv, user, workdir, env: resolveVariables(options.env, env), stderr, terminal });
  } finally {
    terminal?.restore();
  }
}

function noTerminal(): CooperError {
  return new CooperError("no-terminal", "Standard input or output is no terminal, so there is none to join the container's with.", {
    hint: "Read what it writes: cooper logs -f NAME",
    exit: EXIT.cooperFailed,
  });
}

async function enterSeveral(context: VerbContext, chosen: Chosen, { argv, options }: Wanted): Promise<number> {
  const { user, workdir } = options;
  const spec = {
    user,
    env: resolveVariables(options.env, context.env),
    signal: context.signal,
    ...(workdir === undefined ? {} : { workdir }),
  };
  const { done, hasFailed } = await forEach(context, chosen, ({ engine, container }) =>
    runInContainer(engine.engine, container.id, argv, spec),
  );
  const results = done.map(([one, { exit, stdout, stderr }]) => ({
    context: one.engine.name,
    name: one.container.name,
    exit,
    stdout: stdout.toString(),
    stderr: stderr.toString(),
  }));
  if (options.json === true) await context.print(toJson("cooper.enter/1", { command: argv, results }));
  else {
    for (const [index, { exit, stdout, stderr }] of results.entries()) {
      const [one] = done[index] ?? [];
      const name = one === undefined ? "" : escapeText(nameOf(one));
      const said = [stdout, stderr]
        .map((text) => escapeLines(text.replaceAll("\r\n", "\n")).replace(/\n?$/u, "\n"))
        .filter((text) => text !== "\n");
      const head = context.style.bold(name) + (exit === 0 ? "" : context.style.red(` (ended with ${exit})`));
      await context.print(`${head}\n${said.join("").replace(/^(?=.)/gmu, "  ")}`);
    }
  }
  return exitOfChosen(chosen, hasFailed || results.some(({ exit }) => exit !== 0));
}
