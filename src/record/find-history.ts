import { CooperError, isCooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { type ContainerInfo, findContainer } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { ContainerRecord, History } from "../history/model.ts";
import type { HistoryStore } from "../history/store.ts";

interface Wanted {
  /** Null where no engine answers: then the histories alone decide. */
  readonly engine: Engine | null;
  readonly store: HistoryStore;
  readonly name: string;
}

/** The history of the container that `name` means: the one that is there, else a removed one. Throws `no-history`, `history-unknown`, `history-of-another-container`, `history-ambiguous`. */
export async function findHistory(wanted: Wanted): Promise<History> {
  const record = await findRecord(wanted);
  const history = await wanted.store.load(record.engineId, record.id);
  if (history === null || history.sessions.every((session) => session.steps.length === 0)) throw noHistory(wanted.name);
  return history;
}

async function findRecord({ engine, store, name }: Wanted): Promise<ContainerRecord> {
  if (name.trim() === "")
    throw new CooperError("container-name-blank", "the container's name is blank", { hint: "cooper history NAME", exit: EXIT.usage });
  const records = await store.find(name);
  const exact = records.filter((record) => record.name === name || record.id === name);
  const live = engine === null ? null : await findLive(engine, name, records.length > 0);
  if (live === null || (exact.length > 0 && live.name !== name && live.id !== name)) return store.findOne(name);
  const own = records.find((record) => record.id === live.id) ?? (await store.find(live.id))[0];
  if (own !== undefined) return own;
  throw exact.length > 0 ? historyOfAnother(name, live, exact) : noHistory(name);
}

async function findLive(engine: Engine, name: string, hasRecords: boolean): Promise<ContainerInfo | null> {
  try {
    return await findContainer(engine, name);
  } catch (error) {
    const isAboutName = isCooperError(error) && (error.code === "container-unknown" || error.code === "container-ambiguous");
    if (isAboutName && hasRecords) return null;
    throw error;
  }
}

function describe(record: ContainerRecord): string {
  return `${record.id.slice(0, 12)}  ${record.name}  from ${record.image}`;
}

function noHistory(name: string): CooperError {
  return new CooperError("no-history", `nothing has been recorded in "${name}" yet`, {
    hint: `Record something first: cooper record ${name}`,
    exit: EXIT.usage,
  });
}

function historyOfAnother(name: string, live: ContainerInfo, others: readonly ContainerRecord[]): CooperError {
  return new CooperError(
    "history-of-another-container",
    `nothing has been recorded in this container "${name}" (${live.id.slice(0, 12)}); the history of that name is another container's`,
    {
      hint: `Give the id of the removed container:\n${others.map(describe).join("\n")}\nor record in this one: cooper record ${name}`,
      exit: EXIT.usage,
    },
  );
}
