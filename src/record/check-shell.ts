import { CooperError, isCooperError, messageOf } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { SHELLS } from "../capture/shell/bootstrap.ts";
import { startFailure } from "../capture/command/start-failure.ts";
import type { ContainerInfo } from "../engine/container/container.ts";
import { runInContainer } from "../engine/stream/exec.ts";
import type { Engine } from "../engine/open-engine.ts";

interface WantedShell {
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly shell: string | undefined;
}

/** What may start the shell, in this order: images without /bin/sh have one elsewhere. */
const STARTERS = ["/bin/sh", ...SHELLS] as const;
const NOT_THERE = 99;
const SCRIPT = `[ -z "$1" ] || command -v "$1" >/dev/null 2>&1 || exit ${NOT_THERE}`;

/** Makes sure that a shell can start as it is wanted, before anything is recorded; gives what is to start it. Throws `no-shell`, `user-unknown`, `workdir-unknown`, `command-not-executable`. */
export async function checkShell(engine: Engine, container: ContainerInfo, wanted: WantedShell): Promise<string> {
  const { user, workdir, shell = "" } = wanted;
  const place = { ...(user === undefined ? {} : { user }), ...(workdir === undefined ? {} : { workdir }) };
  for (const starter of STARTERS) {
    const answer = await ask(engine, container.id, { argv: [starter, "-c", SCRIPT, "sh", shell], place });
    if (answer === null) return starter;
    if (answer.exit === NOT_THERE) throw noShell(container.name, shell);
    const failure = startFailure(answer.text, starter);
    if (failure?.code !== "command-not-found") throw failure ?? notStarted(container.name, answer.text);
  }
  throw noShell(container.name, STARTERS.join(", "));
}

function notStarted(name: string, text: string): CooperError {
  return new CooperError("command-not-started", `no shell could be started in ${name}: ${text.trim()}`, { exit: EXIT.cooperFailed });
}

interface Question {
  readonly argv: readonly string[];
  readonly place: { readonly user?: string; readonly workdir?: string };
}

async function ask(
  engine: Engine,
  id: string,
  { argv, place }: Question,
): Promise<{ readonly exit: number; readonly text: string } | null> {
  try {
    const { exit, stdout, stderr } = await runInContainer(engine, id, argv, place);
    return exit === 0 ? null : { exit, text: stdout.toString() + stderr.toString() };
  } catch (error) {
    // Newer engines refuse the start itself.
    const text = messageOf(error);
    if (isCooperError(error) && startFailure(text, argv[0] ?? "") === null) throw error;
    return { exit: EXIT.cooperFailed, text };
  }
}

function noShell(name: string, lookedFor: string): CooperError {
  return new CooperError("no-shell", `there is no shell in ${name}: looked for ${lookedFor}`, {
    hint: `Record single commands: cooper exec ${name} -- COMMAND, or choose another shell with --shell.`,
    exit: EXIT.notFound,
  });
}
