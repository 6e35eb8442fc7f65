import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { openChannel } from "../exec/channel.ts";
import type { ExecRequest } from "../exec/request.ts";
import type { CommandStreams, ContainerPlace, RunningCommand } from "../exec/running-command.ts";
import { becomingScript, isSetting, type LineCommand, type LineParts, waitingLine } from "../exec/shell-line.ts";
import { startWhole, type WholeExec } from "../exec/whole-exec.ts";
import type { CommandPlan } from "./command-plan.ts";
import type { LiveContainer } from "./live-container.ts";
import type { RunningNotes } from "./orphans.ts";
import { settingsOf, type ShellMemory } from "./shell-memory.ts";

export interface CommandParts {
  readonly live: LiveContainer;
  readonly place: ContainerPlace;
  readonly plan: CommandPlan;
  readonly request: ExecRequest;
  readonly cwd: Buffer;
  readonly memory: ShellMemory;
  readonly word: string;
  readonly streams: CommandStreams;
  /** Nothing will come in; asked when the command starts. */
  readonly isWithoutInput: () => boolean;
  readonly notes: RunningNotes;
}

/** Starts a command the fastest way that fits it: in a waiting shell, with a terminal of its own, or without any shell. */
export async function startCommand(parts: CommandParts): Promise<RunningCommand> {
  const { live, plan, request } = parts;
  const wantsTerminal = request.terminal !== null && (plan.kind === "program" || plan.needsTerminal);
  if (live.shell === null) return await startPlain(parts);
  if (wantsTerminal) return await startOnTerminal(parts);
  const isOwn = request.user === null;
  const channel = isOwn ? await live.pool.take() : await openChannel(parts.place, { onOver: (over) => over.close() });
  if (channel === null) return await startPlain(parts);
  await parts.notes.note(channel);
  const isDeaf = (plan.kind === "text" && !plan.needsTerminal) || parts.isWithoutInput();
  const streams = isDeaf ? { ...parts.streams, stdin: null } : parts.streams;
  return channel.run(waitingLine(lineParts(parts, "bytes"), isOwn && isDeaf), streams);
}

function lineParts(parts: CommandParts, dump: "bytes" | "hex"): LineParts {
  const { memory, request, cwd, word, live } = parts;
  // A shell passes on no variable that it could not have itself.
  const own = live.info.config.env.map((setting) => Buffer.from(setting)).filter((setting) => !isSetting(setting));
  return {
    cwd,
    set: [...own, ...settingsOf(memory), ...request.env],
    unset: [...memory.unset],
    command: lineCommand(parts, dump),
    size: request.terminal,
    word,
  };
}

function lineCommand({ plan, live }: CommandParts, dump: "bytes" | "hex"): LineCommand {
  if (plan.kind === "program") return { kind: "program", argv: plan.argv };
  return { kind: "text", text: plan.text, shell: live.shellPath, dump };
}

/** What Linux takes as one argument (MAX_ARG_STRLEN), with its end. */
const LONGEST_ARGUMENT = 128 * 1024;

function tooLong(): CooperError {
  return new CooperError("arguments-too-long", "with the session's variables the command is too long for a terminal", {
    hint: "Without one it is not: dodo -T COMMAND, or dodo COMMAND | cat",
    exit: EXIT.cooperFailed,
  });
}

async function startOnTerminal(parts: CommandParts): Promise<RunningCommand> {
  const { place, request, word, streams, notes } = parts;
  const { terminal } = request;
  const env = terminal === null || terminal.kind === "" ? [] : [`TERM=${terminal.kind}`];
  const script = becomingScript(lineParts(parts, "hex"));
  if (Buffer.byteLength(script) >= LONGEST_ARGUMENT) throw tooLong();
  const argv = ["/bin/sh", "-c", script];
  return await startWhole(place, { argv, env, workdir: null, terminal, word, onKnown: (process) => notes.note(process) }, streams);
}

// Without a shell the engine itself starts the program: what it takes is text.
async function startPlain(parts: CommandParts): Promise<RunningCommand> {
  const { place, plan, request, cwd, memory, streams, notes } = parts;
  if (plan.kind === "text") throw noShell(plan.text.toString());
  const term = request.terminal === null || request.terminal.kind === "" ? [] : [`TERM=${request.terminal.kind}`];
  const env = [...settingsOf(memory), ...request.env].map(textOf);
  const onKnown: WholeExec["onKnown"] = (process) => notes.note(process);
  const wanted = {
    argv: plan.argv.map(textOf),
    env: [...term, ...env],
    workdir: textOf(cwd),
    terminal: request.terminal,
    word: null,
    onKnown,
  };
  return await startWhole(place, wanted, streams);
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString();
  if (Buffer.from(text).equals(bytes)) return text;
  throw new CooperError("argument-not-text", "an argument is no UTF-8 text, and the container has no shell that could take its bytes", {
    hint: "The engine takes text alone. Put the bytes into a file of the container and name that.",
    exit: EXIT.cooperFailed,
  });
}

function noShell(text: string): CooperError {
  return new CooperError("no-shell", `the container has no shell for ${JSON.stringify(text)}`, {
    hint: "Run a program of its own: dodo /path/of/program. Folder and variables are told by: dodo -w FOLDER -e NAME=VALUE",
    exit: EXIT.cooperFailed,
  });
}
