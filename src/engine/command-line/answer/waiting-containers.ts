import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { CommandProgram } from "../command-program.ts";
import type { CreateWords } from "../words/create-words.ts";
import { Refusal } from "./answer.ts";
import { carryFramed } from "./carry.ts";

/**
 * What is put into a folder of such a container comes first on the input, as an archive of $2 bytes, and is bound there: a container that is not
 * running can hold no file of a volume without a name. The folder goes with the container.
 */
const RUN_WITH_FOLDER = `n=$1; at=$2; shift 2
d=$(mktemp -d) || exit 125; trap 'rm -rf "$d"' EXIT; trap 'exit 1' HUP INT TERM
chmod 755 "$d"; head -c "$n" | tar -xpf - -C "$d" || exit 125
"$0" run -i --volume "$d:$at" "$@"`;

interface Waiting {
  readonly name: string;
  readonly words: CreateWords;
  put: { readonly path: string; readonly tar: Buffer } | null;
  stream: Duplex | null;
  isStarted: boolean;
}

/** Containers that somebody attaches to before they start: the command line can only make, start and attach in one. Until then they are words. */
export class WaitingContainers {
  readonly #program: CommandProgram;
  readonly #all = new Map<string, Waiting>();

  constructor(program: CommandProgram) {
    this.#program = program;
  }

  make(name: string | null, words: CreateWords): string {
    const id = randomBytes(32).toString("hex");
    this.#all.set(id, { name: name ?? `cooper-${id.slice(0, 12)}`, words, put: null, stream: null, isStarted: false });
    return id;
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  /** The name by which the program knows it; the same for any other. */
  nameOf(id: string): string {
    return this.#all.get(id)?.name ?? id;
  }

  put(id: string, path: string, tar: Buffer): void {
    const waiting = this.#need(id);
    if (waiting.put !== null) throw new Refusal(501, "files go into one folder of a container that is not started");
    waiting.put = { path, tar };
  }

  /** What was put there. */
  archive(id: string): Buffer {
    const { put } = this.#need(id);
    if (put === null) throw new Refusal(404, "nothing was put into the container");
    return put.tar;
  }

  attach(id: string, stream: Duplex): void {
    this.#need(id).stream = stream;
  }

  start(id: string): void {
    const waiting = this.#need(id);
    const { stream, put, words, name } = waiting;
    if (stream === null) throw new Refusal(501, "a container whose input ends with its first client is attached to before it starts");
    if (waiting.isStarted) return;
    waiting.isStarted = true;
    const options = ["--name", name, ...withoutVolume(words.options, put?.path ?? null)];
    const running =
      put === null
        ? this.#program.start(["run", "-i", ...options, ...words.command])
        : this.#program.startScript(RUN_WITH_FOLDER, [String(put.tar.length), put.path, ...options, ...words.command]);
    if (put !== null) running.stdin.write(put.tar);
    carryFramed(stream, running, true);
  }

  async remove(id: string): Promise<void> {
    const waiting = this.#need(id);
    this.#all.delete(id);
    waiting.stream?.destroy();
    if (waiting.isStarted) await this.#program.run(["rm", "-f", "-v", waiting.name]);
  }

  #need(id: string): Waiting {
    const waiting = this.#all.get(id);
    if (waiting === undefined) throw new Refusal(404, `No such container: ${id}`);
    return waiting;
  }
}

function withoutVolume(options: readonly string[], path: string | null): readonly string[] {
  return options.filter(
    (word, at) =>
      path === null || !((word === "--volume" && options[at + 1] === path) || (word === path && options[at - 1] === "--volume")),
  );
}
