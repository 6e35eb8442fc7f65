import type { Trace } from "../../trace/protocol.ts";
import { resolvePath } from "../closure/resolve.ts";
import type { ImageFiles } from "../inspect/image-files.ts";

/** What a run of the slim image looked for in vain and the original image has: sorted paths. */
export function missingPaths(image: ImageFiles, kept: ReadonlySet<string>, trace: Trace): string[] {
  const missing = new Set<string>();
  for (const path of Object.keys(trace.touched)) {
    const found = resolvePath(image, path);
    for (const real of [...found.links, ...(found.real === null ? [] : [found.real])]) if (!kept.has(real)) missing.add(real);
  }
  return [...missing].sort();
}
