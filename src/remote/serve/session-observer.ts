import type { Observation, Observer } from "../../changes/observer.ts";
import type { PathChange, Tree } from "../../format/tree/entry.ts";
import { WAITING_SHELL } from "../exec/shell-line.ts";

/** Sees what changed in a session's container, less what is the session's own, and tells edits through the mount apart from commands. */
export class SessionObserver implements Observer {
  readonly #observer: Observer;
  readonly #onEdits: (changes: readonly PathChange[]) => void;
  #edited = new Set<string>();
  #moved = new Set<string>();

  constructor(observer: Observer, onEdits: (changes: readonly PathChange[]) => void) {
    this.#observer = observer;
    this.#onEdits = onEdits;
  }

  /** Edits that no look has seen. */
  get hasEdits(): boolean {
    return this.#edited.size > 0;
  }

  edited(path: string, isMoved = false): void {
    this.#edited.add(path);
    if (isMoved) this.#moved.add(path);
  }

  async look(): Promise<Observation> {
    const edited = this.#edited;
    this.#edited = new Set();
    const moved = this.#moved;
    this.#moved = new Set();
    const seen = await this.#observer.look();
    const processes = seen.processes.filter(({ argv }) => !isWaiting(argv));
    const isEdit = ({ path }: PathChange): boolean => edited.has(path) || folderAround(path, moved) !== null;
    const edits = seen.changes.filter(isEdit);
    if (edits.length === 0) return { ...seen, processes };
    this.#onEdits(movedThen(edits, moved));
    return { ...seen, processes, changes: seen.changes.filter((change) => !isEdit(change)) };
  }

  peek(): Promise<boolean> {
    return this.#observer.peek();
  }

  tree(): Tree {
    return this.#observer.tree();
  }

  close(): void {
    this.#observer.close();
  }
}

/** What a moved folder holds keeps its old times: it came there with the folder. */
export function movedThen(changes: readonly PathChange[], moved: ReadonlySet<string>): readonly PathChange[] {
  const times = new Map(changes.map(({ path, changedAt }) => [path, changedAt]));
  return changes.map((change) => {
    const at = times.get(folderAround(change.path, moved) ?? "") ?? 0;
    return change.changedAt === 0 || change.changedAt >= at ? change : { ...change, changedAt: at };
  });
}

function folderAround(path: string, folders: ReadonlySet<string>): string | null {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const folder = path.slice(0, end);
    if (folders.has(folder)) return folder;
  }
  return null;
}

/** A shell that waits for a command, or is about to, is nobody's work. */
function isWaiting(argv: readonly string[]): boolean {
  return argv[2] === WAITING_SHELL || (argv[0] === "runc" && argv[1] === "init");
}
