import type { Emit } from "../base/events.ts";
import { type HistoryStore, openHistoryStore } from "../history/store.ts";
import type { VerbContext } from "./context.ts";

/** The histories of this user. */
export function openStore(context: VerbContext, emit: Emit = context.progress.emit): HistoryStore {
  return openHistoryStore({ env: context.env, emit });
}
