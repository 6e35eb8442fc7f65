import { CooperError, isCooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { runDocker } from "../../../remote/link/docker-there.ts";
import { bindContainer } from "../../../remote/session/attach-container.ts";
import { openSessionEngine } from "../../../remote/session/session-engine.ts";
import { engineCommand } from "../../../remote/session/engine-address.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import { type ContainerInfo, inspectContainer, removeContainer } from "../../../engine/container/container.ts";
import type { VerbContext } from "../../context.ts";
import { runOnSwarm } from "./run-swarm.ts";
import { chosenSession, sayReady, type SessionChoice } from "./session.ts";

/** Keeps a shell that the image starts alive; what the user says comes later and wins. */
const DEFAULTS = ["--detach", "--interactive", "--tty"] as const;
/** Words that nerdctl refuses beside the first. */
const WITH_DETACH_ALONE = ["--detach"] as const;

interface RunOptions extends SessionChoice {
  readonly swarm?: boolean;
  readonly node?: string;
  readonly defaultArgs?: boolean;
  readonly sshPortOnRemoteHost?: number;
}

/** `cooper dev run`: starts a container with the words of \`docker run\` and makes it the session's. */
export async function devRun(context: VerbContext, words: readonly string[], options: RunOptions): Promise<number> {
  const session = await chosenSession(context, options);
  if (session.record.container !== null) throw hasContainer(session);
  const image = words.length === 0 ? ownImage(session, options) : words;
  if (image.length === 0) throw noImage();
  context.progress.emit({ kind: "progress", text: "starting the container" });
  if (options.swarm === true) return await runOnSwarm(context, session, { words: image, node: options.node });
  const label = ["--label", `cooper.session=${session.record.name}`];
  const settled = options.defaultArgs === false ? [] : session.record.settings.run;
  const info = await startKept(context, session, [...label, ...settled, ...image]);
  await sayReady(context, await bindContainer(session, info, true));
  return 0;
}

/** The image that was built for the session, whose ssh server only its engine's machine can reach; else the one that the session is of. */
function ownImage({ record }: Session, { sshPortOnRemoteHost: port }: RunOptions): readonly string[] {
  if (record.settings.built !== null) return ["--publish", `127.0.0.1:${port ?? ""}:22`, record.settings.built];
  return record.image === null ? [] : [record.image];
}

async function startKept(context: VerbContext, session: Session, words: readonly string[]): Promise<ContainerInfo> {
  const isAlone = engineCommand(session.record.engine.host) === "nerdctl";
  const before = ["run", ...(isAlone ? WITH_DETACH_ALONE : DEFAULTS)];
  const run = (...more: readonly string[]): Promise<string> => runDocker(session, context, [...before, ...more]);
  const started = await startOrWait(context, run, words);
  const engine = await openSessionEngine(session, context);
  const info = await inspectContainer(engine, idIn(started));
  const shell = isAlone ? loneShell(info) : null;
  if (shell === null) return info;
  await removeContainer(engine, info.id, { force: true });
  context.progress.emit({ kind: "progress", text: `${shell} ends at once without a terminal: the container waits (sleep infinity)` });
  return await inspectContainer(engine, idIn(await startWaiting(run, words.at(-1) === shell ? words.slice(0, -1) : words)));
}

type Run = (...words: readonly string[]) => Promise<string>;

// An image of a system alone has no command: then the container waits for what is done in it.
async function startOrWait(context: VerbContext, run: Run, words: readonly string[]): Promise<string> {
  return await run(...words).catch(async (error: unknown) => {
    if (!says(error, /no command (?:specified|or entrypoint provided)/iu)) throw error;
    context.progress.emit({ kind: "progress", text: "the image has no command: the container waits (sleep infinity)" });
    return await startWaiting(run, words);
  });
}

async function startWaiting(run: Run, words: readonly string[]): Promise<string> {
  return await run("--init", ...words, "sleep", "infinity").catch(async (error: unknown) => {
    // Podman has its init in a package of its own.
    if (!says(error, /container-init binary not found/iu)) throw error;
    return await run(...words, "sleep", "infinity");
  });
}

function idIn(said: string): string {
  return said.trim().split("\n").at(-1) ?? "";
}

/** The shell that is all that a container runs; without a terminal it has nothing to do. */
function loneShell({ config: { entrypoint, cmd } }: ContainerInfo): string | null {
  const [first = "", ...rest] = cmd ?? [];
  return (entrypoint ?? []).length + rest.length === 0 && /^(?:.*\/)?(?:ba|da|a|z|fi|k)?sh$/u.test(first) ? first : null;
}

function says(error: unknown, what: RegExp): boolean {
  return isCooperError(error) && what.test(error.message);
}

function hasContainer({ record }: Session): CooperError {
  return new CooperError("session-has-container", `the session ${record.name} has the container ${record.container?.name ?? ""} already`, {
    hint: `Make another session (cooper dev init NAME), or end this one: cooper dev rm ${record.name}`,
    exit: EXIT.usage,
  });
}

function noImage(): CooperError {
  return new CooperError("image-missing", "no image was named", { hint: "cooper dev run IMAGE [COMMAND...]", exit: EXIT.usage });
}
