import { printSettings } from "../../format/dockerfile/print-settings.ts";
import { parentOf, type ImageFiles } from "../inspect/image-files.ts";
import { copyStages } from "./copy-stages.ts";
import type { RecipeInput } from "./recipe-input.ts";
import { tarStage } from "./tar-stage.ts";

/** A Dockerfile with its context; the paths are relative to its folder. */
export interface Recipe {
  readonly dockerfile: string;
  readonly context: ReadonlyMap<string, Buffer>;
}

/** A multi-stage Dockerfile that makes the small image of the original inside any build. */
export async function makeRecipe(input: RecipeInput): Promise<Recipe> {
  const stages = hasGnuTar(input.files) ? await tarStage(input) : await copyStages(input);
  const lines = [
    `# The small image of ${input.from}, made inside the build by what cooper slim found out.`,
    ...stages.lines,
    ...printSettings(input.settings),
  ];
  return { dockerfile: `${lines.join("\n")}\n`, context: stages.context };
}

/** GNU tar, and a shell to run it. */
function hasGnuTar(files: ImageFiles): boolean {
  const shell = realOf(files, "/bin/sh");
  const tar = realOf(files, "/bin/tar") ?? realOf(files, "/usr/bin/tar");
  return shell !== null && tar !== null && !tar.endsWith("/busybox");
}

function realOf(files: ImageFiles, path: string): string | null {
  const folder = files.paths.get(parentOf(path))?.member;
  const place = folder?.type === "symlink" ? path.replace(parentOf(path), `/${folder.link.replace(/^\//, "")}`) : path;
  const member = files.paths.get(place)?.member;
  if (member?.type !== "symlink") return member === undefined ? null : place;
  return member.link.startsWith("/") ? member.link : `${parentOf(place)}/${member.link}`;
}
