import type { Settings } from "../../format/dockerfile/print-settings.ts";
import type { ImageFiles } from "../inspect/image-files.ts";

/** What a recipe is made of: the image that passed. */
export interface RecipeInput {
  /** The original, as FROM names it. */
  readonly from: string;
  readonly files: ImageFiles;
  /** Absolute paths that stay, sorted. */
  readonly paths: readonly string[];
  readonly replaced: ReadonlyMap<string, Buffer>;
  readonly droppedBits: number;
  readonly settings: Settings;
}

/** Lines of a Dockerfile, and the files that they need beside them. */
export interface Stages {
  readonly lines: readonly string[];
  readonly context: ReadonlyMap<string, Buffer>;
}

/** Filled or laid over by the engine while anything runs: a build cannot copy the image's own. */
export const OF_THE_ENGINE = /^\/(?:dev|proc|sys)(?:\/|$)|^\/etc\/(?:hosts|hostname|resolv\.conf|mtab)$|^\/\.dockerenv$/;
