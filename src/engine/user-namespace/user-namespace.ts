import { isSameIds, parseIdRanges, parseSubordinateIds, SAME_IDS, type IdRange } from "../../format/proc/id-ranges.ts";
import { parseAccounts } from "../../format/accounts/accounts.ts";
import { ownerOfPath, readTextIfThere } from "../../system/file/files.ts";
import { inspectContainer, listContainers } from "../container/container.ts";
import type { Engine } from "../open-engine.ts";
import { callJson } from "../transport/request.ts";

/** Which numbers of this machine the users and groups of an engine's containers are. */
export interface UserNamespace {
  readonly kind: "none" | "remap" | "rootless";
  readonly uid: readonly IdRange[];
  readonly gid: readonly IdRange[];
  /** What says so: the kernel for a running container, or the files that the engine read when it started; null where nothing here tells. */
  readonly evidence: "kernel" | "files" | null;
  /** The container whose process was asked. */
  readonly container: string | null;
}

const NONE: UserNamespace = { kind: "none", uid: SAME_IDS, gid: SAME_IDS, evidence: "kernel", container: null };
/** Containers that are asked at most. */
const ASKED = 20;

/** The map of user and group numbers that containers of this engine get; the kernel's own where one runs here. */
export async function readUserNamespace(engine: Engine): Promise<UserNamespace> {
  const info = await callJson(engine.channel, { path: "/info" });
  const options = info.at("SecurityOptions").texts();
  const kind = options.some((one) => one.startsWith("name=rootless"))
    ? "rootless"
    : options.some((one) => one.startsWith("name=userns"))
      ? "remap"
      : "none";
  if (kind === "none") return NONE;
  const unknown: UserNamespace = { kind, uid: [], gid: [], evidence: null, container: null };
  if (!engine.isLocal) return unknown;
  return (await fromKernel(engine, kind)) ?? (await fromFiles(engine, { kind, root: info.at("DockerRootDir").text() })) ?? unknown;
}

async function fromKernel(engine: Engine, kind: UserNamespace["kind"]): Promise<UserNamespace | null> {
  for (const { id, name } of (await listContainers(engine)).slice(0, ASKED)) {
    const pid = await inspectContainer(engine, id).then(
      ({ state }) => state.pid,
      () => 0,
    );
    if (pid === 0) continue;
    const [uid = [], gid = []] = await Promise.all(
      ["uid_map", "gid_map"].map(async (file) => parseIdRanges((await readTextIfThere(`/proc/${pid}/${file}`)) ?? "")),
    );
    // With userns_mode: host a container has this machine's own numbers.
    if (uid.length > 0 && gid.length > 0 && !isSameIds(uid)) return { kind, uid, gid, evidence: "kernel", container: name };
  }
  return null;
}

interface Daemon {
  readonly kind: UserNamespace["kind"];
  readonly root: string;
}

/** With userns-remap the engine's folder is called by the numbers of the containers' root; a rootless one is its socket's owner. */
async function fromFiles(engine: Engine, { kind, root }: Daemon): Promise<UserNamespace | null> {
  const [subuid, subgid, passwd, group] = await Promise.all(
    ["/etc/subuid", "/etc/subgid", "/etc/passwd", "/etc/group"].map(async (file) => (await readTextIfThere(file)) ?? ""),
  );
  if (kind === "remap") {
    const [, uid, gid] = /\/(\d+)\.(\d+)$/u.exec(root) ?? [];
    if (uid === undefined || gid === undefined) return null;
    return {
      kind,
      uid: rangeFrom(subuid ?? "", Number(uid)),
      gid: rangeFrom(subgid ?? "", Number(gid)),
      evidence: "files",
      container: null,
    };
  }
  const owner = ownerOfPath(engine.url.replace(/^unix:\/\//u, ""));
  if (owner === null) return null;
  const name = [...parseAccounts(passwd ?? "", group ?? "").users].find(([, { uid }]) => uid === owner.uid)?.[0] ?? "";
  const [uid, gid] = [subuid, subgid].map((text) => parseSubordinateIds(text ?? "", { name, id: owner.uid }));
  return { kind, uid: rootless(owner.uid, uid ?? []), gid: rootless(owner.gid, gid ?? []), evidence: "files", container: null };
}

function rangeFrom(text: string, first: number): readonly IdRange[] {
  const counts = text
    .split("\n")
    .map((line) => line.split(":"))
    .filter(([, outside]) => Number(outside) === first)
    .map(([, , count]) => Number(count));
  return [{ inside: 0, outside: first, count: counts.find(Number.isInteger) ?? 65_536 }];
}

function rootless(own: number, subordinate: readonly Omit<IdRange, "inside">[]): readonly IdRange[] {
  let inside = 1;
  const rest = subordinate.map((range) => {
    const row = { ...range, inside };
    inside += range.count;
    return row;
  });
  return [{ inside: 0, outside: own, count: 1 }, ...rest];
}
