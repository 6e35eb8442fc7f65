import type { Entry } from "../../format/tree/entry.ts";

/** True when two states of a path are the same for a Verdict: type, mode, owner, content, link, device, attributes, names. */
export function isSameEntry(one: Entry | null, other: Entry | null): boolean {
  if (one === other) return true;
  if (one === null || other === null || !isSameOwnership(one, other)) return false;
  if (one.type === "file" && !isSameContent(one, other)) return false;
  return (
    one.link === other.link &&
    one.device?.join() === other.device?.join() &&
    one.hardLink === other.hardLink &&
    attributes(one) === attributes(other)
  );
}

/** True when type, mode and owner are the same. */
export function isSameOwnership(one: Entry, other: Entry): boolean {
  return one.type === other.type && one.mode === other.mode && one.uid === other.uid && one.gid === other.gid;
}

/** Two contents that nobody read are not known to be the same. */
function isSameContent(one: Entry, other: Entry): boolean {
  return one.hash !== undefined && one.hash === other.hash;
}

function attributes(entry: Entry): string {
  return Object.entries(entry.xattrs ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join();
}
