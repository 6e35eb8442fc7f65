import { isCooperError, messageOf } from "../../../base/errors.ts";
import { inspectContainer } from "../../../engine/container/container.ts";
import { runInContainer } from "../../../engine/stream/exec.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { askIfRunning, askSession } from "../../../remote/client/ask-session.ts";
import { findSession } from "../../../remote/session/find-session.ts";
import { openSessionEngine, sharedWay } from "../../../remote/session/session-engine.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import { pathExists } from "../../../system/file/files.ts";
import { runProcess } from "../../../system/process/process.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { readMount, type SessionChoice } from "./session.ts";

interface Check {
  readonly what: string;
  readonly isGood: boolean;
  /** What was found, and where it is not good what to do. */
  readonly found: string;
}

/** `cooper dev doctor`: what is missing on either side and how to get it; exit 1 where something is. */
export async function devDoctor(context: VerbContext, options: SessionChoice & { readonly json?: boolean }): Promise<number> {
  const session = await findSession({ env: context.env, cwd: context.cwd, name: options.session }).catch(nullFor);
  const checks = [...(await checkHere(context)), ...(session === null ? [] : await checkSession(context, session))];
  const isGood = checks.every((check) => check.isGood);
  const text = checks.map((check) => `${check.isGood ? "ok  " : "lack"}  ${check.what.padEnd(22)} ${escapeText(check.found)}\n`).join("");
  await context.print(options.json === true ? toJson("cooper.dev-doctor/1", { checks, isGood }) : text);
  return isGood ? 0 : 1;
}

function nullFor(error: unknown): null {
  if (isCooperError(error)) return null;
  throw error;
}

async function checkHere({ env }: VerbContext): Promise<readonly Check[]> {
  const [ssh, sshfs] = await Promise.all([version(["ssh", "-V"], env), version(["sshfs", "--version"], env)]);
  const hasFuse = await pathExists("/dev/fuse");
  return [
    { what: "ssh", isGood: ssh !== null, found: ssh ?? "needed for engines of other machines: apt-get install openssh-client" },
    { what: "sshfs", isGood: sshfs !== null, found: sshfs ?? "needed for files as a folder: apt-get install sshfs" },
    {
      what: "/dev/fuse",
      isGood: hasFuse,
      found: hasFuse ? "there" : "needed for files as a folder: modprobe fuse; in a container: --device /dev/fuse",
    },
  ];
}

async function version(argv: readonly string[], env: VerbContext["env"]): Promise<string | null> {
  const result = await runProcess(argv, { env }).catch(() => null);
  if (result === null) return null;
  return `${result.stdout.toString()}${result.stderr.toString()}`.split("\n")[0] ?? "";
}

async function checkSession(context: VerbContext, session: Session): Promise<readonly Check[]> {
  const what = `engine of ${session.record.name}`;
  try {
    const isServed = (await askIfRunning(session, { ask: "status" }).catch(nullFor)) !== null;
    const engine = await openSessionEngine(session, context, isServed ? sharedWay(session) : undefined);
    const found = `${engine.operatingSystem}, version ${engine.serverVersion}`;
    return [{ what, isGood: true, found }, ...(await checkContainer(context, session, engine))];
  } catch (error) {
    return [{ what, isGood: false, found: textOf(error) }];
  }
}

function textOf(error: unknown): string {
  return isCooperError(error) && error.hint !== undefined ? `${error.message.replace(/\.$/u, "")}. ${error.hint}` : messageOf(error);
}

async function checkContainer(context: VerbContext, session: Session, engine: Engine): Promise<readonly Check[]> {
  const { container } = session.record;
  if (container === null)
    return [{ what: "container", isGood: false, found: "none: cooper dev attach CONTAINER, or cooper dev run IMAGE" }];
  const info = await inspectContainer(engine, container.id).catch(nullFor);
  if (info === null)
    return [{ what: "container", isGood: false, found: `${container.name} was removed: cooper dev rm, and a new session` }];
  const isUp = info.state.running && !info.state.paused;
  const state: Check = {
    what: "container",
    isGood: isUp,
    found: isUp ? info.name : `${info.name} is ${info.state.status}: cooper dev start, or docker unpause`,
  };
  if (!isUp) return [state];
  const shell = await runInContainer(engine, info.id, ["/bin/sh", "-c", "exit 0"]).catch(() => null);
  const hasShell = shell?.exit === 0;
  const answer = await askSession({ session, env: context.env, own: context.own }, { ask: "ready" }).catch(textOf);
  const mount = typeof answer === "string" ? null : readMount(readyOf(answer));
  return [
    state,
    {
      what: "shell in the container",
      isGood: true,
      found: hasShell ? "/bin/sh" : "none: dodo runs programs without one, text for a shell cannot be run",
    },
    { what: "session's process", isGood: typeof answer !== "string", found: typeof answer === "string" ? answer : "answers" },
    {
      what: "files",
      isGood: !session.record.isMounted || mount?.state === "linked",
      found: mount === null ? "not mounted" : `${mount.folder} ${mount.reason}`.trim(),
    },
  ];
}

function readyOf(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null ? Reflect.get(answer, "ready") : null;
}
