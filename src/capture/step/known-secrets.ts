import { isCooperError } from "../../base/errors.ts";
import { readContainerFile } from "../../changes/read-file.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { collectFileValues } from "../../format/secret/file-values.ts";
import type { History } from "../../history/model.ts";

const MOST_FILES = 32;
const LARGEST = 64 * 1024;

/**
 * The secret values that files of the container hold now which an earlier Session found to hold some. Nothing of them is written down, so
 * that a later Session reads them again: what prints such a file without a name is masked like what wrote it.
 */
export async function readKnownSecrets(engine: Engine, history: History | null): Promise<readonly string[]> {
  if (history === null) return [];
  const containerId = history.container.id;
  const texts = await Promise.all(secretPaths(history).map((path) => readText(engine, { containerId, path })));
  return [...new Set(texts.flatMap(collectFileValues))];
}

function secretPaths({ findings, sessions }: History): string[] {
  const all = [...findings, ...sessions.flatMap(({ steps }) => steps.flatMap((step) => step.findings))];
  const paths = all.flatMap(({ code, where }) => (code === "secret-content" && where?.path !== undefined ? [where.path] : []));
  return [...new Set(paths)].slice(-MOST_FILES);
}

/** A file that cannot be read teaches nothing. */
async function readText(engine: Engine, place: { readonly containerId: string; readonly path: string }): Promise<string> {
  try {
    const bytes = await readContainerFile(engine, place, LARGEST);
    return bytes === null || bytes.includes(0) ? "" : bytes.toString("utf8");
  } catch (error) {
    if (isCooperError(error)) return "";
    throw error;
  }
}
