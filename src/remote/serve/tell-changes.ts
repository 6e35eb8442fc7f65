import type { Observation, Observer } from "../../changes/observer.ts";

/** The same observer, whose looks also tell which paths they found changed. */
export function tellChanges(observer: Observer, onChanged: (paths: readonly string[]) => void): Observer {
  const look = async (): Promise<Observation> => {
    const seen = await observer.look();
    onChanged(seen.changes.map(({ path }) => path));
    return seen;
  };
  return { look, peek: () => observer.peek(), tree: () => observer.tree(), close: () => observer.close() };
}
