import type { ChangeKind, Entry } from "./entry.ts";

/** Names of the fields in which two entries differ, in a fixed order; empty when they are equal. */
export function differingFields(a: Entry, b: Entry): string[] {
  const fields: string[] = [];
  if (a.type !== b.type) fields.push("type");
  // The kernel makes all links 0777; their mode says nothing.
  if (a.mode !== b.mode && !(a.type === "symlink" && b.type === "symlink")) fields.push("mode");
  if (a.uid !== b.uid) fields.push("uid");
  if (a.gid !== b.gid) fields.push("gid");
  if (a.link !== b.link) fields.push("link");
  if (deviceText(a) !== deviceText(b)) fields.push("device");
  if (hasOtherContent(a, b)) fields.push("content");
  if (xattrsText(a) !== xattrsText(b)) fields.push("xattrs");
  if (a.hardLink !== b.hardLink) fields.push("hardLink");
  return fields;
}

/** What a change from one entry to the other is called; null when nothing changed. */
export function changeKind(before: Entry | null, after: Entry | null): ChangeKind | null {
  if (before === null) return after === null ? null : "created";
  if (after === null) return "deleted";
  const fields = differingFields(before, after);
  if (fields.length === 0) return null;
  if (fields.some((field) => field !== "mode" && field !== "uid" && field !== "gid")) return "changed";
  return fields.includes("uid") || fields.includes("gid") ? "reowned" : "remoded";
}

function hasOtherContent(a: Entry, b: Entry): boolean {
  if (a.type !== "file" || b.type !== "file") return false;
  if (a.hash !== undefined && b.hash !== undefined) return a.hash !== b.hash;
  return a.size !== b.size;
}

function deviceText(entry: Entry): string {
  return entry.device === undefined ? "" : entry.device.join(":");
}

function xattrsText(entry: Entry): string {
  const { xattrs } = entry;
  if (xattrs === undefined) return "";
  return Object.keys(xattrs)
    .sort()
    .map((name) => `${name}=${xattrs[name]}\n`)
    .join("");
}
