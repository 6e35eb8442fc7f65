import path from "node:path";
import { writeFileAtomically } from "../system/files.ts";
import { writingTo } from "../system/report-not-written.ts";
import type { VerbContext } from "./context.ts";

/** Writes what a user asked for to a file of theirs; throws `report-not-written`. */
export function writeReport(context: VerbContext, file: string, text: string): Promise<void> {
  return writingTo(file, () => writeFileAtomically(path.resolve(context.cwd, file), text));
}
