import type { Observation, Observer } from "../../changes/observer.ts";
import type { PathChange, Tree } from "../../format/tree/entry.ts";
import { WAITING_SHELL } from "../exec/shell-line.ts";

/** Sees what changed in a session's container, less what is the session's own, and tells edits through the mount apart from commands. */
export class SessionObserver implements Observer {
  readonly #observer: Observer;
  readonly #onEdits: (changes: readonly PathChange[]) => void;
  #edited = new Set<string>();

  constructor(observer: Observer, onEdits: (changes: readonly PathChange[]) => void) {
    this.#observer = observer;
    this.#onEdits = onEdits;
  }

  /** Edits that no look has seen. */
  get hasEdits(): boolean {
    return this.#edited.size > 0;
  }

  edited(path: string): void {
    this.#edited.add(path);
  }

  async look(): Promise<Observation> {
    const edited = this.#edited;
    this.#edited = new Set();
    const seen = await this.#observer.look();
    const processes = seen.processes.filter(({ argv }) => !isWaiting(argv));
    const edits = seen.changes.filter(({ path }) => edited.has(path));
    if (edits.length === 0) return { ...seen, processes };
    this.#onEdits(edits);
    return { ...seen, processes, changes: seen.changes.filter(({ path }) => !edited.has(path)) };
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

/** A shell that waits for a command, or is about to, is nobody's work. */
function isWaiting(argv: readonly string[]): boolean {
  return argv[2] === WAITING_SHELL || (argv[0] === "runc" && argv[1] === "init");
}
