import type { ImageSettings } from "../inspect/settings.ts";
import type { Closure, Reason } from "./closure.ts";

/** What any program may expect of a container, whatever was seen: small, and missed in ways that are hard to understand. */
const ALWAYS = [
  "/etc/passwd",
  "/etc/group",
  "/etc/nsswitch.conf",
  "/etc/hosts",
  "/etc/resolv.conf",
  "/etc/hostname",
  "/etc/os-release",
  "/etc/localtime",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ssl/certs",
  "/tmp",
  "/var/tmp",
  "/run",
  "/var/run",
  "/var/lock",
  "/proc",
  "/sys",
  "/dev",
  "/home",
  "/root",
];

/** Keeps what the engine itself reads before the program begins, which no Trace can show. */
export function keepForEngine(closure: Closure, { user }: ImageSettings): void {
  if (/^(?:\d+(?::\d+)?)?$/.test(user)) return;
  for (const path of ["/etc/passwd", "/etc/group"]) closure.keep(path, { rule: "engine", because: `USER ${user}`, level: "trace" });
}

/** Keeps the paths above and those that the image's settings name: folders of volumes, the working folder, the user's home. */
export function keepAlways(closure: Closure, settings: ImageSettings): void {
  const reason = (because: string): Reason => ({ rule: "always", because, level: "trace" });
  for (const path of ALWAYS) closure.keep(path, reason("programs expect it"));
  for (const volume of settings.volumes) closure.keep(volume, reason("VOLUME"));
  if (settings.workdir !== "") closure.keep(settings.workdir, reason("WORKDIR"));
  const home = homeOf(closure, settings.user);
  if (home !== null) closure.keep(home, reason("the user's home"));
}

/** Keeps the folders that others than root may write to, as a mail spool: they are there for what comes later. */
export function keepWritable(closure: Closure): void {
  for (const [path, { member }] of closure.image.paths) {
    if (member.type !== "directory" || !isForOthers(member)) continue;
    closure.keep(path, { rule: "writable", because: "others than root may write there", level: "module" });
  }
}

function isForOthers({ uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number }): boolean {
  return (uid !== 0 && (mode & 0o200) !== 0) || (gid !== 0 && (mode & 0o020) !== 0) || (mode & 0o002) !== 0;
}

function homeOf(closure: Closure, user: string): string | null {
  const name = user.split(":")[0] ?? "";
  if (name === "") return "/root";
  const lines = closure.image.read("/etc/passwd", 0, 1_000_000).toString("utf8").split("\n");
  const fields = lines.map((line) => line.split(":")).find((parts) => parts[0] === name || parts[2] === name);
  return fields?.[5] ?? null;
}
