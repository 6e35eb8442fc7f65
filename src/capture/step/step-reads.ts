import type { Observer } from "../../changes/observer.ts";
import type { ContainerWatch, WatchedAct } from "../../trace/watch-container.ts";

interface ReadsOptions {
  /** Null where the engine forbids the watch: then no reads are known. */
  readonly watch: Promise<ContainerWatch | null>;
  /** The recorded shells' process numbers in the container. */
  readonly shells: () => readonly number[];
}

/**
 * An Observer whose Observations also say what the recorded shells and their descendants read since the last look. Only paths that a Step
 * changed are told: what came with the image stays there, so that no order of Steps depends on it.
 */
export function withReads(observer: Observer, { watch, shells }: ReadsOptions): Observer {
  const changed = new Set<string>(observer.tree().keys());
  let opened: ContainerWatch | null = null;
  let isWhole = false;
  void watch.then((found) => (opened = found));
  return {
    peek: () => observer.peek(),
    tree: () => observer.tree(),
    close: () => {
      observer.close();
      void watch.then((found) => found?.remove()).catch(() => undefined);
    },
    look: async () => {
      const observation = await observer.look();
      const seen = await readsOf(opened, { shells: shells(), changed });
      // What was done before the watch was there is not known, nor what the same command read after it.
      const reads = isWhole ? seen : null;
      isWhole = seen !== null;
      for (const { path } of observation.changes) changed.add(path);
      return { ...observation, reads };
    },
  };
}

async function readsOf(
  watch: ContainerWatch | null,
  { shells, changed }: { readonly shells: readonly number[]; readonly changed: ReadonlySet<string> },
): Promise<readonly string[] | null> {
  const acts = (await watch?.take()) ?? null;
  if (acts === null) return null;
  const read = acts.filter((one) => one.act !== "written" && changed.has(one.path) && isOfShells(one, shells));
  return [...new Set(read.map(({ path }) => path))].sort();
}

// Who ended before its parents could be asked was short-lived, as a command is and a service is not.
function isOfShells({ pid, parents }: WatchedAct, shells: readonly number[]): boolean {
  return shells.length === 0 || parents.at(-1) !== 0 || [pid, ...parents].some((one) => shells.includes(one));
}
