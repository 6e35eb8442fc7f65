import { join } from "node:path";
import { runningMarks, setMark, sizesIn } from "../system/store/marks.ts";

/** The other recorders of the same container: a command must not change what one of them has yet to look at, nor be taken for its work. */
export interface Peers {
  /** One of them finds out now what its last command changed. */
  readonly areLooking: boolean;
  /** They have written since the last `note`: what they changed has to be looked at before more is. */
  readonly haveWritten: boolean;
  /** A look begins that will see all that they have written until now. */
  note(): void;
  /** This recorder looks at what its command changed, until the given function is called. */
  mark(): () => void;
  /** Resolves when none of them looks any more, at the latest after that time. */
  done(withinMs: number): Promise<void>;
}

const AGAIN_MS = 5;
const JOURNAL = /^s\d+\.jsonl$/;

/** The peers of the recorder that writes the Session `id` of the history in this folder. */
export function openPeers(folder: string, id: string | null): Peers {
  return new FolderPeers(folder, id);
}

class FolderPeers implements Peers {
  readonly #folder: string;
  readonly #id: string | null;
  readonly #journals: RegExp;
  #noted: string;
  #marked = 0;

  constructor(folder: string, id: string | null) {
    this.#folder = folder;
    this.#id = id;
    this.#journals = id === null ? JOURNAL : new RegExp(`^(?!${id}\\.)s\\d+\\.jsonl$`);
    this.#noted = this.#sizes();
  }

  get areLooking(): boolean {
    return runningMarks(this.#marks()).some((name) => this.#id === null || !name.startsWith(`${this.#id}.`));
  }

  get haveWritten(): boolean {
    return this.#sizes() !== this.#noted;
  }

  note(): void {
    this.#noted = this.#sizes();
  }

  mark(): () => void {
    this.#marked += 1;
    return setMark(this.#marks(), `${this.#id}.${this.#marked}`);
  }

  async done(withinMs: number): Promise<void> {
    for (const until = Date.now() + withinMs; this.areLooking && Date.now() < until;) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  #marks(): string {
    return join(this.#folder, "looking");
  }

  #sizes(): string {
    return sizesIn(this.#folder, this.#journals);
  }
}
