import path from "node:path";
import { writeFileAtomically } from "../system/file/files.ts";
import { checkPlaces, writingTo } from "../system/file/report-not-written.ts";
import type { VerbContext } from "./context.ts";

/** Looks whether a user's files can be written, before the work; throws `report-not-written`. */
export function checkReports(context: VerbContext, files: readonly (string | undefined)[]): Promise<void> {
  return checkPlaces(files.flatMap((file) => (file === undefined ? [] : [path.resolve(context.cwd, file)])));
}

/** Writes what a user asked for to a file of theirs; throws `report-not-written`. */
export function writeReport(context: VerbContext, file: string, text: string): Promise<void> {
  return writingTo(file, () => writeFileAtomically(path.resolve(context.cwd, file), text));
}
