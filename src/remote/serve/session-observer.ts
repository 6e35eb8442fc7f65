import type { Observation, Observer } from "../../changes/observer.ts";
import type { PathChange, Tree } from "../../format/tree/entry.ts";
import { WAITING_WORD } from "../exec/shell-line.ts";
import type { LeftProcess } from "../../format/proc/left-process.ts";

/** Sees what changed in a session's container, less what is the session's own, and tells edits through the mount apart from commands. */
export class SessionObserver implements Observer {
  readonly #observer: Observer;
  readonly #onEdits: (changes: readonly PathChange[]) => void;
  #edited = new Set<string>();
  /** Numbers of waiting shells that a look has seen. */
  readonly #own = new Set<number>();
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
    const processes = seen.processes.filter((process) => !this.#isOwn(process));
    const ended = seen.ended.filter((pid) => !this.#own.delete(pid));
    const isEdit = ({ path }: PathChange): boolean => edited.has(path) || folderAround(path, moved) !== null;
    const edits = seen.changes.filter(isEdit);
    if (edits.length === 0) return { ...seen, processes, ended };
    this.#onEdits(movedThen(edits, moved));
    return { ...seen, processes, ended, changes: seen.changes.filter((change) => !isEdit(change)) };
  }

  #isOwn({ pid, argv }: LeftProcess): boolean {
    const isOwn = isWaiting(argv);
    if (isOwn) this.#own.add(pid);
    return isOwn;
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
  // What an engine elsewhere lists is parted at each blank, and ends at the first line's end.
  const [, , ...text] = argv;
  return text.join(" ").startsWith(WAITING_WORD) || (argv[0] === "runc" && argv[1] === "init");
}
