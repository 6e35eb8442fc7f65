import { resolve } from "node:path";
import { CooperError, isCooperError, messageOf } from "../../base/errors.ts";
import { readBytesIfThere } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";
import type { CooperKeys } from "../settings/schema/cooper-schema.ts";
import type { Place } from "./place.ts";

/** A file or folder that the settings want to be there. */
export type Item = NonNullable<CooperKeys["provision"]>[number];

const COMMAND_WITHIN_MS = 30_000;

/** Throws `content-not-made` where a file that an item's content is taken from is missing. */
export async function checkContent({ content }: Item, { settings }: Place): Promise<void> {
  if (content === undefined || !("file" in content)) return;
  const file = resolve(settings.folder, content.file);
  if ((await readBytesIfThere(file)) === null)
    throw notMade(`There is no file ${file}.`, "Content from a file is read from the unit's folder.");
}

/** The bytes of an item: a text as it is, a file of the unit, or what a command prints (run in the unit's folder, by no shell). */
export async function contentOf({ path, content }: Item, { settings, around }: Place): Promise<Uint8Array> {
  if (content === undefined) return Buffer.alloc(0);
  if ("text" in content) return Buffer.from(content.text);
  if ("file" in content) return (await readBytesIfThere(resolve(settings.folder, content.file))) ?? Buffer.alloc(0);
  const { command, timeout = COMMAND_WITHIN_MS } = content;
  try {
    const { stdout } = await runProcess(command, {
      cwd: settings.folder,
      env: around.env,
      timeoutMs: timeout,
      ownsGroup: true,
      check: true,
    });
    return stdout;
  } catch (cause) {
    if (!isCooperError(cause)) throw cause;
    throw notMade(
      `The content of ${path} was not made: ${messageOf(cause)}`,
      cause.hint ?? "Run the command yourself in the unit's folder.",
    );
  }
}

function notMade(message: string, hint: string): CooperError {
  return new CooperError("content-not-made", message, { hint });
}
