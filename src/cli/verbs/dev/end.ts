import { CooperError, isCooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { inspectContainer, removeContainer, stopContainer } from "../../../engine/container/container.ts";
import { listCheckpoints } from "../../../remote/checkpoint/checkpoints.ts";
import { removeCheckpoints } from "../../../remote/checkpoint/make-checkpoint.ts";
import { removeImage } from "../../../engine/image/image.ts";
import { openEngine } from "../../../engine/open-engine.ts";
import { removeService } from "../../../engine/swarm.ts";
import { endSession } from "../../../remote/client/end-session.ts";
import { openSessionEngine } from "../../../remote/session/session-engine.ts";
import { removeSession } from "../../../remote/session/remove-session.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import type { VerbContext } from "../../context.ts";
import { unmountBuildFolder } from "./build-folder.ts";
import { chosenSession, type SessionChoice } from "./session.ts";

/** `cooper dev stop`: the session's process ends, and its container where the session made it. */
export async function devStop(context: VerbContext, options: SessionChoice): Promise<number> {
  const session = await chosenSession(context, options);
  await endSession(session, context.env);
  const { container } = session.record;
  if (container?.isOwn === true) await stopContainer(await openSessionEngine(session, context), container.id);
  return 0;
}

interface RemoveOptions extends SessionChoice {
  readonly force?: boolean;
  readonly keepContainer?: boolean;
  /** Also the image that was built for it. */
  readonly delete?: boolean;
}

/** `cooper dev rm`: the session is no more, nor the container that it made; what was recorded stays. */
export async function devRemove(context: VerbContext, name: string | undefined, options: RemoveOptions): Promise<number> {
  const choice = name === undefined ? options : { session: name };
  const session = await chosenSession(context, choice);
  const { container } = session.record;
  if (container?.isOwn === true && options.keepContainer !== true) await removeOwn(context, session, options.force === true);
  else await endSession(session, context.env);
  if ((await listCheckpoints(session)).length > 0) await removeCheckpoints(session, await openSessionEngine(session, context));
  const { built } = session.record.settings;
  if (options.delete === true && built !== null) await removeBuilt(context, session, built);
  await unmountBuildFolder(context, session);
  await removeSession(session);
  return 0;
}

async function removeOwn(context: VerbContext, session: Session, isForced: boolean): Promise<void> {
  const { container } = session.record;
  if (container === null) return;
  const engine = await openSessionEngine(session, context);
  const info = await inspectContainer(engine, container.id).catch(nullForUnknown);
  if (info?.state.running === true && !isForced) throw stillRuns(info.name);
  await endSession(session, context.env);
  if (session.record.service !== null) await removeOwnService(context, session);
  else if (info !== null) await removeContainer(engine, info.id, { force: true, volumes: true });
}

// The Swarm's manager takes the container away; on a node whose engine is alone it would be made anew.
async function removeOwnService(context: VerbContext, { folder, record }: Session): Promise<void> {
  const { service } = record;
  if (service === null) return;
  const manager = await openSessionEngine({ folder, record: { ...record, engine: service.manager } }, context);
  await removeService(manager, service.id).catch(nullForUnknown);
}

// It is where it was built, and where it was sent; this machine may have no engine.
async function removeBuilt(context: VerbContext, session: Session, image: string): Promise<void> {
  const here = await openEngine(context).catch(() => null);
  for (const engine of [await openSessionEngine(session, context), here]) {
    if (engine === null) continue;
    await removeImage(engine, image).catch((error: unknown) => {
      if (!isCooperError(error) || error.code !== "image-unknown") throw error;
    });
  }
}

function nullForUnknown(error: unknown): null {
  if (isCooperError(error) && (error.code === "container-unknown" || error.code === "swarm-unknown")) return null;
  throw error;
}

function stillRuns(name: string): CooperError {
  return new CooperError("container-running", `the container ${name} still runs`, {
    hint: "End it with the session: cooper dev rm -f; or keep it: cooper dev rm --keep-container",
    exit: EXIT.usage,
  });
}
