import { readAttributes } from "../../format/sftp/attributes.ts";
import { OPEN_FLAGS, PacketReader, SFTP, STATUS } from "../../format/sftp/packet.ts";
import type { AnnouncedNames } from "./announced-names.ts";
import type { TellEdit } from "./edit-record.ts";
import { FilesAhead } from "./files-ahead.ts";
import { KernelMemory } from "./kernel-memory.ts";
import type { LinkKeeper } from "./link-keeper.ts";
import { NameRequests, unsupported } from "./name-requests.ts";
import { canFetchWhole, fetchWhole, OpenFile } from "./open-file.ts";
import { rememberedReply } from "./remembered-reply.ts";
import { RemoteTree } from "./remote-tree.ts";
import { type OpenFolder, useFolder } from "./open-folder.ts";
import {
  handleOf,
  type Reply,
  replyAs,
  replyAttributes,
  replyData,
  replyHandle,
  replyNames,
  replyStatus,
  replyVersion,
} from "./replies.ts";
import { type Answer, isLost } from "./sftp-link.ts";
import { TreeCache, type WirePath, wirePath } from "./tree-cache.ts";

interface Request {
  readonly id: number;
  readonly type: number;
  readonly body: PacketReader;
}

/** They tell nothing of names. */
const OF_CONTENT: ReadonlySet<number> = new Set([SFTP.read, SFTP.write, SFTP.close]);
const LARGEST_WHOLE = 128 * 1024;

/** Answers the program that mounts: from memory, or with what the container's server says. */
export class MountServer {
  readonly #keeper: LinkKeeper;
  readonly #tell: TellEdit;
  readonly #now: () => number;
  readonly #tree: RemoteTree;
  readonly memory: KernelMemory;
  readonly #names: NameRequests;
  readonly #ahead: FilesAhead;
  readonly #open = new Map<number, OpenFile | OpenFolder>();
  #next = 0;

  constructor(keeper: LinkKeeper, tell: TellEdit, now: () => number) {
    this.#keeper = keeper;
    this.#tell = tell;
    this.#now = now;
    this.memory = new KernelMemory(now);
    const cache = new TreeCache(now);
    this.#tree = new RemoteTree(keeper, cache);
    this.#ahead = new FilesAhead(cache, (path) => fetchWhole(keeper, path), now);
    cache.onForget = (path, isDeep) => (path === null ? this.#ahead.forgetAll() : this.#ahead.forget(path, isDeep));
    this.#names = new NameRequests({ keeper, tell, tree: this.#tree, files: () => this.#files() });
  }

  get announced(): AnnouncedNames {
    return this.#names.announced;
  }

  /** All that is known may be wrong. */
  dropCache(): void {
    this.#tree.cache.forgetAll();
    for (const file of this.#files()) file.drop();
  }

  /**
   * The whole answer to a whole packet, at once where it is known. What a change asks of the server goes out before this returns. Null for
   * content that cannot be had: sshfs takes a failure there for the file's end, so that what is read would look whole; it must not be
   * answered at all.
   */
  answer(packet: Buffer): Reply | Promise<Reply | null> {
    const body = new PacketReader(packet);
    const type = body.byte();
    if (type === SFTP.init) return replyVersion();
    const request = { id: body.number(), type, body };
    if (!OF_CONTENT.has(type)) this.memory.told();
    const known = rememberedReply(packet, { cache: this.#tree.cache, fileOf: (handle) => this.#fileOf(handle) });
    return known ?? this.#answer(request).catch(() => replyStatus(request.id, STATUS.badMessage));
  }

  #fileOf(handle: number): OpenFile | null {
    const opened = this.#open.get(handle);
    return opened instanceof OpenFile ? opened : null;
  }

  async #answer(request: Request): Promise<Reply | null> {
    const { id, type, body } = request;
    switch (type) {
      case SFTP.lstat:
      case SFTP.stat: {
        const entry = await this.#tree.entry(wirePath(body.string()));
        return "found" in entry ? replyAttributes(id, entry.found.attributes) : replyAs(id, entry.refused);
      }
      case SFTP.readlink: {
        const target = await this.#tree.target(wirePath(body.string()));
        return "found" in target ? replyNames(id, [[target.found, {}]]) : replyAs(id, target.refused);
      }
      case SFTP.realpath:
        return replyNames(id, [[wirePath(body.string()), {}]]);
      case SFTP.open:
        return await this.#openFile(request);
      case SFTP.opendir:
        return await this.#openFolder(request);
      case SFTP.close:
      case SFTP.read:
      case SFTP.write:
      case SFTP.fstat:
      case SFTP.fsetstat:
      case SFTP.readdir:
        return await this.#useHandle(request);
      default:
        return replyAs(id, await (this.#extendHandle(request) ?? this.#names.answer(type, body) ?? unsupported()));
    }
  }

  #keep(id: number, opened: OpenFile | OpenFolder): Buffer {
    this.#next = (this.#next + 1) >>> 0;
    this.#open.set(this.#next, opened);
    return replyHandle(id, this.#next);
  }

  async #openFolder({ id, body }: Request): Promise<Reply> {
    const listing = await this.#tree.list(wirePath(body.string()));
    if ("refused" in listing) return replyAs(id, listing.refused);
    const { own, entries } = listing.found;
    const names = [...entries].map(([name, { attributes }]) => [name, attributes] as const);
    return this.#keep(id, { names: [[".", own.attributes], ["..", own.attributes], ...names] });
  }

  async #openFile({ id, body }: Request): Promise<Reply> {
    const path = wirePath(body.string());
    const flags = body.number();
    const isWritable = (flags & ~OPEN_FLAGS.read) !== 0;
    const file = new OpenFile(this.#keeper, { path, isWritable, now: this.#now });
    if (isWritable) return await this.#openForWriting(id, file, { flags, attributes: body.rest() });
    if (canFetchWhole(this.#keeper) && this.#mayBeSmall(path)) {
      const { file: whole, until } = await this.#ahead.take(path, this.#tree.keepMs);
      if ("refused" in whole) return replyAs(id, whole.refused);
      if (whole.found !== null) file.hold(whole.found, until);
      if (whole.found !== null) return this.#keep(id, file);
    }
    const answer = await file.open(flags, body.rest());
    return answer.type === SFTP.handle ? this.#keep(id, file) : replyAs(id, answer);
  }

  #mayBeSmall(path: WirePath): boolean {
    const size = this.#tree.cache.look(path)?.attributes.size;
    return size === undefined || size <= LARGEST_WHOLE;
  }

  async #openForWriting(
    id: number,
    file: OpenFile,
    { flags, attributes }: { readonly flags: number; readonly attributes: Buffer },
  ): Promise<Reply> {
    const { path } = file;
    const wasThere = this.#tree.cache.look(path);
    this.#tree.cache.beginWriting(path);
    this.#dropOthers(file);
    file.isDirty = (flags & OPEN_FLAGS.truncate) !== 0 && wasThere !== null;
    const answer = await file.open(flags, attributes, (truth) => {
      if (truth?.type === SFTP.handle && (flags & OPEN_FLAGS.create) !== 0 && (wasThere ?? null) === null)
        this.#tell(path, { kind: "created", type: "file" });
    });
    if (answer.type === SFTP.handle) return this.#keep(id, file);
    this.#tree.cache.endWriting(path);
    void file.close();
    return replyAs(id, answer);
  }

  #dropOthers(file: OpenFile): void {
    if (this.#open.size < 2) return;
    for (const other of this.#files()) if (other !== file && other.path === file.path) other.drop();
  }

  async #useHandle(request: Request): Promise<Reply | null> {
    const { id, type, body } = request;
    const handle = handleOf(body);
    const opened = this.#open.get(handle);
    if (opened === undefined) return replyStatus(id, STATUS.other);
    if (type === SFTP.close) this.#open.delete(handle);
    return opened instanceof OpenFile ? await this.#useFile(opened, request) : useFolder(opened, id, type);
  }

  async #useFile(file: OpenFile, { id, type, body }: Request): Promise<Reply | null> {
    switch (type) {
      case SFTP.read: {
        const answer = await file.read(body.long(), body.number(), this.#tree.isSlow);
        if (!("body" in answer)) return replyData(id, answer);
        return isLost(answer) ? null : replyAs(id, answer);
      }
      case SFTP.write:
        file.isDirty = true;
        this.#dropOthers(file);
        return replyAs(id, await file.ask(SFTP.write, [], body.rest()));
      case SFTP.fsetstat: {
        const rest = body.rest();
        if (readAttributes(new PacketReader(rest)).size !== undefined) file.isDirty = true;
        return replyAs(id, await file.ask(SFTP.fsetstat, [], rest));
      }
      case SFTP.fstat:
        return await this.#statFile(file, id);
      case SFTP.close:
        return replyAs(id, await this.#closeFile(file));
      default:
        return replyAs(id, unsupported());
    }
  }

  async #statFile(file: OpenFile, id: number): Promise<Reply> {
    if (file.isWritable) return replyAs(id, await file.ask(SFTP.fstat, []));
    const entry = await this.#tree.entry(file.path);
    return "found" in entry ? replyAttributes(id, entry.found.attributes) : replyAs(id, entry.refused);
  }

  async #closeFile(file: OpenFile): Promise<Answer> {
    const answer = await file.close();
    if (!file.isWritable) return answer;
    this.#tree.cache.endWriting(file.path);
    if (file.isDirty) this.#tell(file.path, { kind: "written" });
    return answer;
  }

  #extendHandle({ type, body }: Request): Promise<Answer> | null {
    if (type !== SFTP.extended) return null;
    const peek = new PacketReader(body.bytes.subarray(5));
    const name = peek.string().toString("latin1");
    if (name !== "fsync@openssh.com" && name !== "fstatvfs@openssh.com") return null;
    return this.#fileOf(handleOf(peek))?.extend(name) ?? null;
  }

  *#files(): Generator<OpenFile> {
    for (const opened of this.#open.values()) if (opened instanceof OpenFile) yield opened;
  }
}
