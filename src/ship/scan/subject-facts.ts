import type { ContainerInfo } from "../../engine/container/container.ts";
import { readBytesSync } from "../../system/process/proc.ts";
import type { LayerPlace } from "./locate/locate.ts";
import type { AttributesByFolder } from "./prepare.ts";
import type { MountPlace } from "./walk/look-in-mount.ts";

/** CAP_SYS_ADMIN: without it the kernel does not show overlay's marks. */
const SYS_ADMIN = 21n;

interface Looking {
  readonly hasMounts: boolean;
  readonly proc: string;
}

/** File systems in memory are looked into always, volumes and binds when they are asked for. */
export function placesOf({ state, mounts }: ContainerInfo, place: LayerPlace, { hasMounts, proc }: Looking): readonly MountPlace[] {
  if (!place.isRunning) return [];
  const root = `${proc}/${state.pid}/root`;
  const inMemory = place.mounts.filter(({ path, type }) => type === "tmpfs" && !/^\/(?:proc|sys)(?:\/|$)/.test(path));
  const named = hasMounts ? mounts.filter(({ type }) => type !== "tmpfs") : [];
  return [
    ...inMemory.map(({ path }) => ({ root, path, isVolume: false })),
    ...named.map(({ destination: path }) => ({ root, path, isVolume: true })),
  ];
}

/** What could not be read of attributes: without overlay's marks an emptied folder looks as if nothing had been in it. */
export function unreadOf(attributes: AttributesByFolder, { folders }: LayerPlace): readonly string[] {
  if (typeof attributes === "string") return [`extended attributes of the image were not seen: ${attributes}`];
  if (folders.marks === "trusted.overlay." && !isAdministrator()) return ["emptied folders were not seen: that needs CAP_SYS_ADMIN"];
  const unread = folders.lower.flatMap((folder) => attributes.get(folder)?.unread ?? [{ path: "", why: "it was not read" }]);
  const [first] = unread;
  return first === undefined
    ? []
    : [`extended attributes of ${unread.length} paths were not read, the first is ${JSON.stringify(first.path)}: ${first.why}`];
}

function isAdministrator(): boolean {
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(readBytesSync("/proc/self/status")?.toString() ?? "")?.[1] ?? "0";
  return ((BigInt(`0x${set}`) >> SYS_ADMIN) & 1n) === 1n;
}
