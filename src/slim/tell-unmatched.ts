import type { Emit } from "../base/events.ts";
import type { CloseOptions } from "./closure/close.ts";
import { askedPattern } from "./closure/glob.ts";
import type { ImageFiles } from "./inspect/image-files.ts";

/** Says of each path that a user named and the image does not have. */
export function tellUnmatched(files: ImageFiles, { include, exclude }: Pick<CloseOptions, "include" | "exclude">, emit: Emit): void {
  const paths = [...files.paths.keys()];
  const tell = (option: string, glob: string): void => {
    const pattern = askedPattern(files, glob);
    if (paths.some((path) => pattern.test(path))) return;
    emit({ kind: "finding", finding: { code: "path-not-matched", message: `${option} ${glob} names no path of the image.` } });
  };
  for (const glob of include) tell("--include", glob);
  for (const glob of exclude) tell("--exclude", glob);
}
