import type { SlimReport } from "./report.ts";

const MOST_LINKS = 40;

/** A path as a person gives it, with the links of the slim image followed: its real path, if that is in the image; null else. */
export function keptPath(report: SlimReport, path: string): string | null {
  const waiting = parts(path);
  let at = "";
  let links = 0;
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part === "..") {
      at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
      continue;
    }
    const next = `${at}/${part}`;
    const target = report.links[next];
    // The path itself may be a link that stayed for its own reason.
    if (target === undefined || waiting.length === 0) at = next;
    else {
      if (++links > MOST_LINKS) return null;
      waiting.unshift(...parts(target));
      if (target.startsWith("/")) at = "";
    }
  }
  const real = at === "" ? "/" : at;
  return report.kept[real] === undefined ? null : real;
}

function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
