import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { EXIT } from "../base/exit-code.ts";
import { ownCommand } from "../system/process/own-words.ts";
import { workingFolder } from "../system/file/working-folder.ts";
import { createProgress } from "../terminal/progress.ts";
import { createStyle, wantsColour } from "../terminal/style.ts";
import type { VerbContext } from "./context.ts";
import { createPrinter } from "./printer.ts";
import { exitCodeOf, renderError } from "./report-error.ts";
import { runVerb } from "./run-verb.ts";

/** How long a verb may clean up after ^C before the process ends anyway. */
const CLEAN_UP_MS = 60_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function leave(): never {
  process.stderr.write("cooper: interrupted before all that was made for this was cleaned up\n");
  process.exit(EXIT.interrupted);
}

function abortOnSignals(abort: AbortController): void {
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (abort.signal.aborted && name === "SIGINT") leave();
      abort.abort(new Error(`stopped by ${name}`));
      setTimeout(leave, CLEAN_UP_MS).unref();
    });
  }
}

function makeContext(signal: AbortSignal): VerbContext {
  const { env, stdin, stdout, stderr } = process;
  const progress = createProgress({
    stream: stderr,
    isTerminal: stderr.isTTY && env["TERM"] !== "dumb",
    columns: () => stderr.columns,
    style: createStyle(wantsColour(stderr.isTTY, env)),
  });
  const print = createPrinter(stdout);
  return {
    env,
    home: homedir(),
    cwd: workingFolder(env),
    stdin,
    stdout,
    stderr,
    print: (text) => {
      progress.clear();
      return print(text);
    },
    style: createStyle(wantsColour(stdout.isTTY, env)),
    progress,
    signal,
    own: ownCommand("cli.mjs"),
    clock: Date.now,
    randomHex: (bytes) => randomBytes(bytes).toString("hex"),
  };
}

function verbOf([verb = "", second = ""]: readonly string[]): string {
  return verb === "dev" ? `${verb} ${second}` : verb;
}

/** Runs one verb from the words of the command line and ends the process with its exit code. */
export function start(words: readonly string[]): Promise<void> {
  return startEach(() => [words]);
}

/** Runs verbs one after the other, until one does not end with 0, and ends the process with the last exit code. */
export async function startEach(read: () => readonly (readonly string[])[]): Promise<void> {
  const abort = new AbortController();
  abortOnSignals(abort);
  // Text that can no longer be shown is no reason to stop what is being done.
  process.stderr.on("error", () => {});
  const context = makeContext(abort.signal);
  let verb = "";
  try {
    for (const words of read()) {
      verb = verbOf(words);
      process.exitCode = await runVerb(words, context);
      if (process.exitCode !== EXIT.done) break;
    }
  } catch (error) {
    process.exitCode = exitCodeOf(error, { verb, isInterrupted: abort.signal.aborted });
    context.progress.clear();
    process.stderr.write(renderError(error, createStyle(wantsColour(process.stderr.isTTY, process.env)), abort.signal.aborted));
  }
  context.progress.clear();
  // A stream of the engine or a terminal that is still open must not keep the process.
  process.exit();
}
