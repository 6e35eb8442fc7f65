import { EXIT } from "../../../base/exit-code.ts";
import { reachSession } from "../../../remote/client/reach-session.ts";
import { type ClientEnds, runClient } from "../../../remote/client/run-client.ts";
import type { ExecRequest } from "../../../remote/exec/request.ts";
import { findSession } from "../../../remote/session/find-session.ts";
import { isInForeground, lastArguments } from "../../../system/process/own-words.ts";
import { openRealTerminal } from "../../../system/terminal/terminal.ts";
import type { VerbContext } from "../../context.ts";
import { readEnvFile, resolveSettings } from "../../words/env-file.ts";
import { type ExecWords, readExecWords } from "../../words/exec-words.ts";

/** `dodo`, `cooper dev exec`: one command in the session's container; streams, signals and exit code are its own. */
export async function devExec(context: VerbContext, given: readonly string[]): Promise<number> {
  const words = readExecWords(lastArguments(given.length));
  const request = await makeRequest(context, words);
  const session = await findSession({ env: context.env, cwd: context.cwd, name: words.session });
  const socket = await reachSession({ session, env: context.env, own: context.own });
  const { stdin, stdout, stderr } = context;
  const terminal = request.terminal === null ? null : openRealTerminal(stdin, stdout);
  return await runClient(socket, request, { stdin, stdout, stderr, terminal, onSignal: takeSignals });
}

async function makeRequest(context: VerbContext, words: ExecWords): Promise<ExecRequest> {
  const { env, stdin, stdout } = context;
  const fromFiles = await Promise.all(words.envFiles.map(readEnvFile));
  const mayUseTerminal = isInForeground() || !stdin.isTTY;
  const isTerminal = words.hasInput && stdin.isTTY && mayUseTerminal && (words.tty ?? stdout.isTTY);
  const { columns, rows } = openRealTerminal(stdin, stdout).size();
  return {
    argv: words.argv,
    text: words.text,
    localFolder: Buffer.from(context.cwd),
    workdir: words.workdir,
    user: words.user,
    env: resolveSettings([...fromFiles.flat(), ...words.env], env),
    terminal: isTerminal ? { columns, rows, kind: env["TERM"] ?? "" } : null,
    hasInput: words.hasInput && mayUseTerminal,
    isLeftOut: words.isLeftOut,
  };
}

const PASSED: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];

// They are the command's: it decides what they mean.
const takeSignals: ClientEnds["onSignal"] = (listener) => {
  const hear = (signal: NodeJS.Signals): void => listener(signal);
  for (const signal of PASSED) {
    process.removeAllListeners(signal);
    process.on(signal, hear);
  }
  return () => {
    for (const signal of PASSED) process.off(signal, hear);
    for (const signal of PASSED) process.on(signal, () => process.exit(EXIT.interrupted));
  };
};
