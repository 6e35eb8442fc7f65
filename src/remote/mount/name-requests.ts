import { readAttributes } from "../../format/sftp/attributes.ts";
import { PacketReader, type PacketValue, SFTP, STATUS } from "../../format/sftp/packet.ts";
import { AnnouncedNames } from "./announced-names.ts";
import type { Edit, TellEdit } from "./edit-record.ts";
import type { LinkKeeper } from "./link-keeper.ts";
import { NamesAside } from "./names-aside.ts";
import type { OpenFile } from "./open-file.ts";
import { bytesOf, type RemoteTree } from "./remote-tree.ts";
import { type Answer, failed, statusOf } from "./sftp-link.ts";
import { type WirePath, wirePath } from "./tree-cache.ts";

export interface NameRequestParts {
  readonly keeper: LinkKeeper;
  readonly tree: RemoteTree;
  readonly tell: TellEdit;
  /** What is open: it goes along where its name becomes another one. */
  readonly files: () => Iterable<OpenFile>;
}

/** A change of names in the container: what is asked, what it touches, what it is. */
interface Change {
  readonly type: number;
  readonly values: readonly PacketValue[];
  readonly touched: readonly WirePath[];
  /** Whole trees move. */
  readonly isDeep?: boolean;
  readonly edit: Edit;
}

const POSIX_RENAME = "posix-rename@openssh.com";
const HARD_LINK = "hardlink@openssh.com";
const SET_OF_LINK = "lsetstat@openssh.com";
const SPACE = "statvfs@openssh.com";

/** The requests that change what names there are, and what they stand for. */
export class NameRequests {
  readonly announced = new AnnouncedNames();
  readonly #parts: NameRequestParts;
  readonly #aside: NamesAside;

  constructor(parts: NameRequestParts) {
    this.#parts = parts;
    const isOpen = (path: WirePath): boolean => [...parts.files()].some((file) => file.path === path);
    this.#aside = new NamesAside({ isOpen, remove: (path) => void this.#remove(path) });
  }

  /** Null for a request of another kind. */
  answer(type: number, body: PacketReader): Promise<Answer> | null {
    switch (type) {
      case SFTP.remove:
        return this.#one(type, body, { kind: "removed", type: "file" });
      case SFTP.rmdir:
        return this.#one(type, body, { kind: "removed", type: "folder" });
      case SFTP.mkdir:
        return this.#one(type, body, { kind: "created", type: "folder" });
      case SFTP.setstat:
        return this.#set(body);
      case SFTP.symlink:
        return this.#symlink(body);
      case SFTP.rename:
        return this.#rename(body, null);
      case SFTP.extended:
        return this.#extended(body);
      default:
        return null;
    }
  }

  #extended(body: PacketReader): Promise<Answer> | null {
    switch (body.string().toString("latin1")) {
      case POSIX_RENAME:
        return this.#rename(body, POSIX_RENAME);
      case HARD_LINK:
        return this.#link(body);
      case SET_OF_LINK:
        return this.#set(body);
      case SPACE:
        return this.#parts.keeper.ask(SFTP.extended, [SPACE, body.string()]).answer;
      default:
        return null;
    }
  }

  #one(type: number, body: PacketReader, edit: Edit): Promise<Answer> {
    const path = wirePath(body.string());
    const rest = body.rest();
    const attributes = type === SFTP.mkdir ? attributeValues(rest) : [];
    return this.#change({ type, values: [bytesOf(path), attributes], touched: [path], edit, isDeep: type === SFTP.rmdir });
  }

  // The kernel has followed every link on its way to the name: what is set is the name's own.
  #set(body: PacketReader): Promise<Answer> {
    const path = wirePath(body.string());
    const rest = body.rest();
    const attributes = readAttributes(new PacketReader(rest));
    if (this.announced.isOwn(path, attributes)) return Promise.resolve(failed(STATUS.ok));
    const { size } = attributes;
    const edit: Edit = { kind: size === undefined ? "attributes" : "written" };
    return this.#change({ type: SFTP.extended, values: [SET_OF_LINK, bytesOf(path), attributeValues(rest)], touched: [path], edit });
  }

  #symlink(body: PacketReader): Promise<Answer> {
    const target = body.string();
    const path = wirePath(body.string());
    return this.#change({
      type: SFTP.symlink,
      values: [target, bytesOf(path)],
      touched: [path],
      edit: { kind: "created", type: "link" },
    });
  }

  #link(body: PacketReader): Promise<Answer> {
    const from = wirePath(body.string());
    const to = wirePath(body.string());
    const values = [HARD_LINK, bytesOf(from), bytesOf(to)];
    return this.#change({ type: SFTP.extended, values, touched: [from, to], edit: { kind: "linked", to } });
  }

  #rename(body: PacketReader, extension: string | null): Promise<Answer> {
    const from = wirePath(body.string());
    const to = wirePath(body.string());
    const paths = [bytesOf(from), bytesOf(to)];
    const type = extension === null ? SFTP.rename : SFTP.extended;
    const values = extension === null ? paths : [extension, ...paths];
    return this.#change({ type, values, touched: [from, to], isDeep: true, edit: { kind: "renamed", to } }, () => this.#renamed(from, to));
  }

  #renamed(from: WirePath, to: WirePath): void {
    const { tree, files } = this.#parts;
    for (const file of files()) {
      if (file.path !== from && !file.path.startsWith(`${from}/`)) continue;
      const path = to + file.path.slice(from.length);
      if (file.isWritable) tree.cache.endWriting(file.path);
      if (file.isWritable) tree.cache.beginWriting(path);
      file.path = path;
    }
    this.#aside.note(to);
  }

  #remove(path: WirePath): Promise<Answer> {
    return this.#change({ type: SFTP.remove, values: [bytesOf(path)], touched: [path], edit: { kind: "removed", type: "file" } });
  }

  /** What is touched is forgotten before and after: an answer that was on its way meanwhile does not count. */
  #change(change: Change, onDone: () => void = () => undefined): Promise<Answer> {
    const [path = "/"] = change.touched;
    this.#forget(change);
    const { answer, truth } = this.#parts.keeper.ask(change.type, change.values);
    void truth.then((told) => {
      this.#forget(change);
      if (told === null || statusOf(told) !== STATUS.ok) return;
      onDone();
      this.#parts.tell(path, change.edit);
    });
    return answer;
  }

  #forget({ touched, isDeep }: Change): void {
    for (const path of touched) {
      if (isDeep === true) this.#parts.tree.cache.forgetBelow(path);
      else this.#parts.tree.cache.forget(path);
    }
  }
}

// Bytes would go with their length; attributes go without.
function attributeValues(rest: Buffer): readonly PacketValue[] {
  const reader = new PacketReader(rest);
  const values: number[] = [];
  while (!reader.isAtEnd) values.push(reader.number());
  return values;
}

/** The answer to a request that is not known. */
export function unsupported(): Answer {
  return failed(STATUS.unsupported);
}
