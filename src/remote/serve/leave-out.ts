import type { HistoryStore } from "../../history/store.ts";

interface LeftOut {
  readonly engineId: string;
  readonly containerId: string;
  readonly stepId: string;
}

/** Decides that a Step is dropped, as `history edit --drop` does. */
export async function leaveOut(store: HistoryStore, { engineId, containerId, stepId }: LeftOut): Promise<void> {
  const history = await store.load(engineId, containerId);
  if (history === null) return;
  const { choices } = history;
  await store.saveChoices(engineId, containerId, { ...choices, drop: [...new Set([...choices.drop, stepId])] });
}
