import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { PacketCutter } from "../../format/sftp/packet.ts";
import { tellEdits } from "./edit-record.ts";
import { LinkKeeper } from "./link-keeper.ts";
import type { Mount, MountRequest } from "./model.ts";
import { MountServer } from "./mount-server.ts";
import type { Reply } from "./replies.ts";
import { detach, findSshfs, freeFolder, type Sshfs, startSshfs, waitMounted } from "./sshfs.ts";
import { StopGuard } from "./stop-guard.ts";

const DEADLINE_MS = 5_000;
const MOST_UNSENT = 1024 * 1024;
const UNSENT_LOOK_MS = 5;
const MOST_COPIED = 16 * 1024;
const ENDS_WITHIN_MS = 3_000;
const AGAIN_AFTER_MS = 100;
const MOST_STARTS = 5;
const STARTS_WITHIN_MS = 30_000;

/** Makes the container's files a folder of this machine, until it is unmounted or this process ends. */
export async function mountContainer(request: MountRequest): Promise<Mount> {
  const known = await findSshfs(request.env);
  await freeFolder(request.folder, request.env);
  const keeper = new LinkKeeper({
    openServer: request.openServer,
    deadlineMs: request.deadlineMs ?? DEADLINE_MS,
    onState: request.onState ?? (() => undefined),
  });
  await keeper.start();
  const tell = tellEdits(request.onEvent ?? (() => undefined), Date.now);
  const server = new MountServer(keeper, tell, () => performance.now());
  const mounted = new Mounted(request, { known, keeper, server });
  try {
    await mounted.start();
  } catch (error) {
    await keeper.close();
    throw error;
  }
  return mounted;
}

interface Parts {
  readonly known: ReadonlySet<string>;
  readonly keeper: LinkKeeper;
  readonly server: MountServer;
}

class Mounted implements Mount {
  readonly #request: MountRequest;
  readonly #parts: Parts;
  readonly ended: Promise<void>;
  #end: (error: Error | null) => void = () => undefined;
  #sshfs: Sshfs | null = null;
  #isLeaving = false;
  #starts: number[] = [];
  #announced: Promise<void> = Promise.resolve();

  constructor(request: MountRequest, parts: Parts) {
    this.#request = request;
    this.#parts = parts;
    this.ended = new Promise((resolve, reject) => (this.#end = (error) => (error === null ? resolve() : reject(error))));
    this.ended.catch(() => undefined);
  }

  get folder(): string {
    return this.#request.folder;
  }

  dropCache(): void {
    this.#parts.server.dropCache();
  }

  settled(since: number): Promise<void> {
    return this.#parts.server.memory.forgotten(since);
  }

  announce(paths: readonly string[]): void {
    this.dropCache();
    const { server } = this.#parts;
    // One after the other: who is told of a link that is broken waits for it.
    this.#announced = this.#announced.then(() => (this.#isLeaving ? undefined : server.announced.announce(this.folder, paths)));
  }

  async start(): Promise<void> {
    const { guard, deadlineMs = DEADLINE_MS } = this.#request;
    const sshfs = startSshfs(this.#request, this.#parts.known);
    this.#sshfs = sshfs;
    const watching = new StopGuard({ program: guard, pid: sshfs.process.pid, deadlineMs });
    void sshfs.ended.then(() => watching.end());
    this.#starts.push(Date.now());
    join(sshfs, this.#parts, () => this.#breakReads(sshfs));
    try {
      await waitMounted(this.folder, sshfs);
    } catch (error) {
      sshfs.process.kill("SIGKILL");
      throw error;
    }
    void sshfs.ended.then(() => this.#again());
  }

  async unmount(): Promise<void> {
    this.#isLeaving = true;
    await detach(this.folder, this.#request.env);
    await this.#parts.keeper.close();
    const sshfs = this.#sshfs;
    if (sshfs !== null) {
      sshfs.process.stdin.end();
      const hasEnded = await Promise.race([sshfs.ended.then(() => true), delay(ENDS_WITHIN_MS, false, { ref: false })]);
      if (!hasEnded) sshfs.process.kill("SIGKILL");
    }
    this.#end(null);
  }

  /** Only the end of sshfs makes a read fail. */
  #breakReads(sshfs: Sshfs): void {
    if (this.#sshfs !== sshfs || this.#isLeaving) return;
    this.#starts = [];
    sshfs.process.kill("SIGKILL");
  }

  /** Somebody ended sshfs: what it leaves is cleared, and it is started anew. */
  async #again(): Promise<void> {
    if (this.#isLeaving) return;
    try {
      await detach(this.folder, this.#request.env);
      await delay(AGAIN_AFTER_MS);
      this.#starts = this.#starts.filter((at) => Date.now() - at < STARTS_WITHIN_MS);
      if (this.#starts.length >= MOST_STARTS) throw new Error(`sshfs at ${this.folder} ends again and again`);
      if (!this.#isLeaving) await this.start();
    } catch (error) {
      await this.#parts.keeper.close();
      this.#end(error instanceof Error ? error : new Error("it could not be mounted again"));
    }
  }
}

/** Sends what is answered in one turn as one piece; large pieces are not copied for that. */
function answersTo({ stdin }: Sshfs["process"]): (answer: Reply) => void {
  let pieces: Buffer[] = [];
  const flush = (): void => {
    const all = pieces;
    pieces = [];
    const size = all.reduce((sum, { length }) => sum + length, 0);
    if (size <= MOST_COPIED) return void stdin.write(all.length === 1 ? all[0] : Buffer.concat(all, size));
    stdin.cork();
    for (const piece of all) stdin.write(piece);
    stdin.uncork();
  };
  return (answer) => {
    // Behind all answers of this turn.
    if (pieces.length === 0) process.nextTick(flush);
    if (Buffer.isBuffer(answer)) pieces.push(answer);
    else pieces.push(...answer);
  };
}

/** Answers what sshfs asks, in the order in which the answers are there. */
function join(sshfs: Sshfs, { keeper, server }: Parts, onUnreadable: () => void): void {
  const cutter = new PacketCutter();
  const { stdout } = sshfs.process;
  const send = answersTo(sshfs.process);
  const take = (chunk: Buffer): void => {
    for (const packet of cutter.add(chunk)) {
      const answer = server.answer(packet);
      if (answer instanceof Promise) void answer.then((later) => (later === null ? onUnreadable() : send(later)), onUnreadable);
      else send(answer);
    }
  };
  stdout.on("data", (chunk: Buffer) => {
    try {
      take(chunk);
    } catch {
      // What is not SFTP does not come from sshfs.
      onUnreadable();
    }
    // A slow connection slows down who writes; what is asked waits no longer for that than it takes to send so much.
    if (keeper.backlog > MOST_UNSENT) pause(stdout, keeper);
  });
}

function pause(stdout: Sshfs["process"]["stdout"], keeper: LinkKeeper): void {
  stdout.pause();
  const timer = setInterval(() => {
    if (keeper.backlog > MOST_UNSENT) return;
    clearInterval(timer);
    stdout.resume();
  }, UNSENT_LOOK_MS);
}
