import { isCooperError } from "../../../base/errors.ts";
import { inspectContainer } from "../../../engine/container/container.ts";
import { askIfRunning } from "../../../remote/client/ask-session.ts";
import { openSessionEngine, sharedWay } from "../../../remote/session/session-engine.ts";
import { stoppedProcess } from "../../../remote/session/session-pid.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import { listSessions } from "../../../remote/session/find-session.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { toldBuildFolder } from "./build-folder.ts";
import { chosenSession, readMount, type SessionChoice } from "./session.ts";

interface StatusOptions extends SessionChoice {
  readonly all?: boolean;
  readonly json?: boolean;
}

interface Status {
  readonly name: string;
  readonly folder: string;
  readonly workFolder: string;
  readonly engine: string;
  readonly container: string | null;
  /** As the engine tells it, "removed", or why the engine does not answer. */
  readonly state: string;
  readonly process: "running" | "stopped" | "not running";
  /** The folder of the container's files, with what is wrong with it; null where there is none. */
  readonly mount: string | null;
  /** Where the build folder of the engine's machine is here; null where there is none. */
  readonly buildFolder: string | null;
}

const CONTAINER_DEADLINES = 3;

/** `cooper dev status`: the session, its container and its process; exit 1 where a command could not run. */
export async function devStatus(context: VerbContext, options: StatusOptions): Promise<number> {
  const sessions = options.all === true ? await listSessions(context.env) : [await chosenSession(context, options)];
  const all = await Promise.all(sessions.map((session) => statusOf(context, session)));
  await context.print(options.json === true ? toJson("cooper.dev-status/1", { sessions: all }) : all.map(render).join("\n"));
  return all.every(({ state }) => state === "running") ? 0 : 1;
}

async function statusOf(context: VerbContext, session: Session): Promise<Status> {
  const { record, folder } = session;
  const isStopped = (await stoppedProcess(session)) !== null;
  const answer = isStopped ? null : await askIfRunning(session, { ask: "status" }).catch(() => null);
  const mount = readMount(answer);
  return {
    name: record.name,
    folder,
    workFolder: record.workFolder,
    engine: record.engine.host ?? record.engine.context ?? "of this machine",
    container: record.container?.name ?? null,
    state: whyBroken(answer) ?? (await stateOf(context, session, answer !== null)),
    process: isStopped ? "stopped" : answer === null ? "not running" : "running",
    mount:
      mount?.state === "linked"
        ? mount.folder
        : mount === null || !record.isMounted
          ? null
          : `${mount.folder}, ${mount.state}: ${mount.reason}`,
    buildFolder: await toldBuildFolder(context, session),
  };
}

function whyBroken(answer: unknown): string | null {
  const why: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "broken") : null;
  return typeof why === "string" ? why : null;
}

async function stateOf(context: VerbContext, session: Session, hasProcess: boolean): Promise<string> {
  const { container, settings } = session.record;
  if (container === null) return "none";
  try {
    const engine = await openSessionEngine(session, context, hasProcess ? sharedWay(session) : undefined);
    // An engine may answer, and hang where it is asked for one container.
    const { state } = await inspectContainer(engine, container.id, { answerWithinMs: CONTAINER_DEADLINES * settings.deadlineMs });
    return state.status;
  } catch (error) {
    if (!isCooperError(error)) throw error;
    return error.code === "container-unknown" ? "removed" : error.message;
  }
}

function render(status: Status): string {
  const rows: readonly (readonly [string, string])[] = [
    ["session", status.name],
    ["work folder", status.workFolder],
    ["engine", status.engine],
    [
      "container",
      status.container === null ? "none: cooper dev attach CONTAINER, or cooper dev run IMAGE" : `${status.container}, ${status.state}`,
    ],
    ["process", status.process === "stopped" ? "stopped: it answers nothing until it goes on; cooper dev stop ends it" : status.process],
    ["files", status.mount ?? "not mounted"],
    ...(status.buildFolder === null ? [] : [["build folder", status.buildFolder] as const]),
    ["folder", status.folder],
  ];
  return rows.map(([title, text]) => `${title.padEnd(12)} ${escapeText(text)}\n`).join("");
}
