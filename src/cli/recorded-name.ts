import { isCooperError } from "../base/errors.ts";
import { askIfRunning } from "../remote/client/ask-session.ts";
import { listSessions, sessionNamed } from "../remote/session/find-session.ts";
import { ownContainer } from "../remote/session/own-container.ts";
import type { Session } from "../remote/session/session-record.ts";
import type { EngineChoice, VerbContext } from "./context.ts";

/** A container whose history is meant, and where its engine is. */
export interface RecordedName {
  readonly name: string;
  readonly choice: EngineChoice;
}

/** What NAME means to the verbs of a history: a container, or a remote session's folder; what a session has not written yet is written. */
export async function findRecorded(context: VerbContext, name: string, choice: EngineChoice): Promise<RecordedName> {
  const session = await sessionNamed({ env: context.env, cwd: context.cwd }, name);
  if (session === null) {
    await flushSessions(context, name);
    return { name, choice };
  }
  const { engine } = session.record;
  const container = ownContainer(session);
  await flush(session);
  const isChosen = choice.host !== undefined || choice.context !== undefined;
  const own = { ...(engine.host === null ? {} : { host: engine.host }), ...(engine.context === null ? {} : { context: engine.context }) };
  return { name: container.id, choice: isChosen ? choice : own };
}

async function flushSessions({ env }: VerbContext, name: string): Promise<void> {
  const all = await listSessions(env);
  const isMeant = ({ record: { container } }: Session): boolean =>
    container !== null && (container.name.startsWith(name) || container.id.startsWith(name));
  await Promise.all(all.filter(isMeant).map(flush));
}

// A process that is gone has written all that it could.
async function flush(session: Session): Promise<void> {
  try {
    await askIfRunning(session, { ask: "flush" });
  } catch (error) {
    if (!isCooperError(error)) throw error;
  }
}
