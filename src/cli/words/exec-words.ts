import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** The words of `dodo`, read. */
export interface ExecWords {
  readonly argv: readonly Buffer[];
  readonly text: Buffer | null;
  readonly session: string | undefined;
  readonly user: string | null;
  readonly workdir: Buffer | null;
  /** "NAME=value", or a name alone. */
  readonly env: readonly Buffer[];
  readonly envFiles: readonly string[];
  /** Null: where both ends are one. */
  readonly tty: boolean | null;
  readonly hasInput: boolean;
  readonly isLeftOut: boolean;
}

type Taken = "text" | "session" | "user" | "workdir" | "env" | "envFile";

const WITH_VALUE: Readonly<Record<string, Taken>> = {
  "-c": "text",
  "--command": "text",
  "-s": "session",
  "--session": "session",
  "-u": "user",
  "--user": "user",
  "-w": "workdir",
  "--workdir": "workdir",
  "-e": "env",
  "--env": "env",
  "--env-file": "envFile",
};

type Flag = "tty" | "noTty" | "interactive" | "noInput" | "noHistory";

const FLAGS: Readonly<Record<string, Flag>> = {
  "-t": "tty",
  "--tty": "tty",
  "-T": "noTty",
  "--no-tty": "noTty",
  "-i": "interactive",
  "--interactive": "interactive",
  "-n": "noInput",
  "--no-stdin": "noInput",
  "--no-history": "noHistory",
};

/** Reads cooper's own options up to the first word that is none: all from there on is the command's. Throws `option-unknown`. */
export function readExecWords(words: readonly Buffer[]): ExecWords {
  const values: Record<Taken, Buffer[]> = { text: [], session: [], user: [], workdir: [], env: [], envFile: [] };
  const flags = new Set<Flag>();
  let at = 0;
  for (; at < words.length; at++) {
    const word = String(words[at]);
    if (!word.startsWith("-") || word === "-" || values.text.length > 0) break;
    if (word === "--") {
      at += 1;
      break;
    }
    const flag = FLAGS[word];
    if (flag !== undefined) flags.add(flag);
    else at = takeValue(words, at, values);
  }
  const { text, session, user, workdir, env, envFile } = values;
  return {
    argv: words.slice(at),
    text: text.at(-1) ?? null,
    session: session.at(-1)?.toString(),
    user: user.at(-1)?.toString() ?? null,
    workdir: workdir.at(-1) ?? null,
    env,
    envFiles: envFile.map(String),
    tty: flags.has("noTty") ? false : flags.has("tty") ? true : null,
    hasInput: !flags.has("noInput"),
    isLeftOut: flags.has("noHistory"),
  };
}

/** Gives the place of the last word that was taken. */
function takeValue(words: readonly Buffer[], at: number, values: Record<Taken, Buffer[]>): number {
  const whole = words[at] ?? Buffer.alloc(0);
  const equals = whole.toString().startsWith("--") ? whole.indexOf("=") : -1;
  const name = equals === -1 ? whole.toString() : whole.toString("utf8", 0, equals);
  const taken = WITH_VALUE[name];
  if (taken === undefined) throw unknownOption(name);
  const value = equals === -1 ? words[at + 1] : whole.subarray(equals + 1);
  if (value === undefined) throw new CooperError("option-unknown", `${name} needs a value`, { hint: HELP, exit: EXIT.usage });
  values[taken].push(value);
  return equals === -1 ? at + 1 : at;
}

const HELP = "dodo [options] [--] COMMAND [ARGUMENT...]; all options: cooper dev exec --help";

function unknownOption(name: string): CooperError {
  return new CooperError("option-unknown", `dodo has no option ${name}`, { hint: HELP, exit: EXIT.usage });
}
