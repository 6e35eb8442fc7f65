import { addressOf, makeSession } from "../../../remote/session/make-session.ts";
import { type ScriptShell, scriptShell, writeActivation } from "../../../remote/session/activate-script.ts";
import { attachContainer } from "../../../remote/session/attach-container.ts";
import { askSession } from "../../../remote/client/ask-session.ts";
import { findSession } from "../../../remote/session/find-session.ts";
import { ownContainer } from "../../../remote/session/own-container.ts";
import { openSessionEngine } from "../../../remote/session/session-engine.ts";
import type { EngineCommand } from "../../../remote/session/engine-address.ts";
import { inspectOwn } from "../../../remote/serve/live-container.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import { startContainer } from "../../../engine/container/container.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { localClient } from "../../sensor-program.ts";
import { mountBuildFolder } from "./build-folder.ts";
import { settledInit } from "./settings.ts";

/** Which session a verb means, where the command line says so. */
export interface SessionChoice {
  readonly session?: string;
}

export interface InitOptions {
  readonly host?: string;
  readonly remote?: string;
  readonly local?: boolean;
  readonly docker: EngineCommand;
  readonly context?: string;
  readonly container?: string;
  readonly image?: string;
  readonly user?: string;
  readonly buildDir?: string;
  readonly preset?: string;
  readonly registry?: string;
  readonly distro?: "ubuntu" | "alpine";
  /** Milliseconds. */
  readonly deadline?: number;
  readonly shell?: ScriptShell;
  readonly mount: boolean;
}

/** The session that a verb means. */
export function chosenSession({ env, cwd }: VerbContext, { session }: SessionChoice): Promise<Session> {
  return findSession({ env, cwd, name: session });
}

/** `cooper dev init`: a session; the path of the script that a shell sources is all of standard output. */
export async function devInit(context: VerbContext, name: string | undefined, given: InitOptions): Promise<number> {
  const { options, settings } = await settledInit(context, given);
  const { env, cwd, clock, randomHex, own, print, progress } = context;
  const host = options.local === true ? undefined : (options.host ?? options.remote);
  const places = { context: options.context, user: options.user, image: options.image, buildFolder: options.buildDir };
  const made = await makeSession({
    env,
    name,
    workFolder: cwd,
    host,
    command: options.docker,
    ...places,
    isMounted: options.mount,
    settings,
    clock,
    randomHex,
  });
  if (!made.isNew && host !== undefined && made.session.record.engine.host !== addressOf(host, options.docker)) {
    const message = `the session ${made.session.record.name} is there already, with the engine ${made.session.record.engine.host ?? "of this machine"}`;
    progress.emit({
      kind: "finding",
      finding: { code: "session-exists", message, hint: "To change it: cooper dev rm NAME, and init again." },
    });
  }
  const session = options.container === undefined ? made.session : await attach(context, made.session, options.container);
  await mountBuildFolder(context, session);
  await print(`${await writeActivation(session, { own, client: await localClient(), shell: options.shell ?? scriptShell(env) })}\n`);
  return 0;
}

/** `cooper dev attach`: a container that runs becomes the session's. */
export async function devAttach(context: VerbContext, name: string, options: SessionChoice): Promise<number> {
  const session = await attach(context, await chosenSession(context, options), name);
  await sayReady(context, session);
  return 0;
}

async function attach(context: VerbContext, session: Session, name: string): Promise<Session> {
  const engine = await openSessionEngine(session, context);
  return await attachContainer(session, engine, name);
}

/** Starts the session's process and says what it is joined to. */
export async function sayReady(context: VerbContext, session: Session): Promise<void> {
  const { env, own, progress, print } = context;
  const { record } = session;
  progress.emit({ kind: "progress", text: `opening ${record.container?.name ?? ""}` });
  const status = readMount(Reflect.get(readObject(await askSession({ session, env, own }, { ask: "ready" })), "ready"));
  progress.clear();
  await print(`session ${record.name}: container ${escapeText(record.container?.name ?? "")}\n`);
  if (status?.state === "linked") await print(`its files: ${escapeText(status.folder)}\n`);
  else if (record.isMounted) {
    const message = `the container's files are no folder here: ${status?.reason ?? ""}`;
    progress.emit({ kind: "finding", finding: { code: "mount-failed", message, hint: "dodo works without. See: cooper dev doctor" } });
  }
}

/** `cooper dev start`: the session's container runs again. */
export async function devStart(context: VerbContext, options: SessionChoice): Promise<number> {
  const session = await chosenSession(context, options);
  const { id } = ownContainer(session);
  const engine = await openSessionEngine(session, context);
  await startContainer(engine, (await inspectOwn(engine, id)).id);
  await sayReady(context, session);
  return 0;
}

function readObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** How the mount is, as the session's process tells it. */
export function readMount(answer: unknown): { readonly folder: string; readonly state: string; readonly reason: string } | null {
  const mount: unknown = Reflect.get(readObject(answer), "mount");
  const word = (name: string): string => String(Reflect.get(readObject(mount), name) ?? "");
  return mount === undefined ? null : { folder: word("folder"), state: word("state"), reason: word("reason") };
}
