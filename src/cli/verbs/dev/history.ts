import type { VerbContext } from "../../context.ts";
import { chosenSession, type SessionChoice } from "./session.ts";
import { showHistory } from "../record/history.ts";

interface HistoryOptions extends SessionChoice {
  readonly effects?: boolean;
  readonly json?: boolean;
}

/** `cooper dev history`: as `cooper history` of the session's folder. */
export async function devHistory(context: VerbContext, { session, ...options }: HistoryOptions): Promise<number> {
  const { folder } = await chosenSession(context, session === undefined ? {} : { session });
  return await showHistory(context, folder, { ...options, speed: 1 });
}
