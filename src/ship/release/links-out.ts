import { join, posix, sep } from "node:path";
import type { Emit } from "../../base/events.ts";
import { linksBelow } from "../../system/file/links-below.ts";

/** What has its place in the image. */
const OVERLAY = "files";

/** Says which links below a unit's `files/` lead out of it: the image gets the link, and not what it leads to here. */
export async function tellLinksOut(unit: string, emit: Emit): Promise<void> {
  const links = await linksBelow(join(unit, OVERLAY));
  for (const { path, target } of links.filter((link) => leadsOut(link, unit))) {
    const file = join(unit, OVERLAY, path);
    emit({
      kind: "finding",
      finding: {
        code: "link-leaves-files",
        message: `${file} leads to ${target}, out of ${OVERLAY}/: the image gets the link, and not what it leads to.`,
        hint: "Put the file itself there, or give it to the container as a secret.",
        where: { file },
      },
    });
  }
}

/** An absolute path is one of the image, unless it is one of the unit's own folder. */
function leadsOut({ path, target }: { readonly path: string; readonly target: string }, unit: string): boolean {
  if (target.startsWith("/")) return target.startsWith(`${unit}${sep}`);
  return posix.normalize(posix.join(posix.dirname(path), target)).split("/")[0] === "..";
}
