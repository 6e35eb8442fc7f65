import { join } from "node:path";
import { CooperError } from "../base/errors.ts";
import { type Cast, parseCast } from "../format/cast/cast.ts";
import type { History } from "../history/model.ts";
import type { HistoryStore } from "../history/store.ts";
import { readTextIfThere } from "../system/file/files.ts";

/** The recorded terminal of a Session, of the last one that has any where none is named. Throws `no-cast`. */
export async function readSessionCast(store: HistoryStore, history: History, session: string | null): Promise<Cast> {
  const { engineId, id, name } = history.container;
  const wanted = session === null ? history.sessions.map((one) => one.id).toReversed() : [session];
  for (const one of wanted.filter((text) => history.sessions.some((known) => known.id === text))) {
    const text = await readTextIfThere(join(store.folder(engineId, id), `${one}.cast`));
    const cast = text === null ? null : parseCast(text);
    if (cast !== null) return cast;
  }
  throw new CooperError("no-cast", `there is no recorded terminal of ${session === null ? name : `Session ${session} of ${name}`}`, {
    hint: `Sessions without a terminal (cooper exec, lines from a file) have none. cooper history ${name} lists the Sessions.`,
  });
}
