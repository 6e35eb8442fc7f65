import { writeFileAtomically } from "../../system/file/files.ts";
import { writingTo } from "../../system/file/report-not-written.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Trace } from "../../trace/protocol.ts";
import type { ExerciseResult } from "../exercise/plan.ts";
import type { Original } from "../inspect/inspect-image.ts";
import type { BuiltImage } from "../pack/build-image.ts";
import { checkImage, type Shortfall } from "../proof/check-image.ts";
import type { Hardening, SlimRequest, Surroundings } from "../request.ts";
import { traceRuns } from "../trace-image/trace-image.ts";
import { seccompProfile } from "./seccomp-profile.ts";
import { writableFolders } from "./writable-folders.ts";

interface Subject {
  readonly request: SlimRequest;
  readonly original: Original;
  readonly built: BuiltImage;
  readonly trace: Trace;
  readonly wanted: readonly ExerciseResult[];
  readonly around: Surroundings;
}

/** Makes and tries what lets the small image do less: a seccomp profile of the calls it makes, a read-only root. */
export async function hardenImage(engine: Engine, subject: Subject): Promise<Hardening> {
  const { request } = subject;
  const seccomp = request.seccompFile === null ? null : await makeProfile(engine, subject, request.seccompFile);
  return { seccomp, readOnly: request.proposesReadOnly ? await proposeReadOnly(engine, subject) : null };
}

async function makeProfile(engine: Engine, subject: Subject, file: string): Promise<string | null> {
  const { request, original, built, around } = subject;
  around.emit({ kind: "progress", text: "exercising it once more for its system calls" });
  const { trace } = await traceRuns(engine, { found: original, request, imageId: built.id, pending: around.pending, hasCalls: true });
  const calls = [trace, ...request.traces].flatMap((one) => one.calls ?? []);
  if ((trace.calls ?? []).length === 0) return notProven(subject, "this engine lets nobody see the calls of a program");
  const profile = seccompProfile(calls);
  const shortfall = await tryOut(engine, subject, { securityOptions: [`seccomp=${profile}`] });
  if (shortfall !== null) return notProven(subject, shortfall.why);
  await writingTo(file, () => writeFileAtomically(file, profile));
  return file;
}

function notProven({ around }: Subject, why: string): null {
  const message = `No seccomp profile was written: ${why}.`;
  around.emit({ kind: "finding", finding: { code: "seccomp-not-proven", message } });
  return null;
}

/** The options of `docker run` under which the image passes with a read-only root; null where it does not. */
async function proposeReadOnly(engine: Engine, subject: Subject): Promise<readonly string[] | null> {
  const { original, built, trace, around } = subject;
  const { volumes } = original.info.config;
  const { empty, filled } = writableFolders(original.files, { trace, volumes, isKept: (path) => built.kept.has(path) });
  const why = (text: string): null => {
    around.emit({ kind: "finding", finding: { code: "root-not-read-only", message: `The root cannot be read-only: ${text}.` } });
    return null;
  };
  if (filled.length > 0) return why(`the program writes where the image has files (${filled.join(", ")})`);
  const tmpfs = Object.fromEntries(empty.map((folder) => [folder, modeOf(original, folder)]));
  const shortfall = await tryOut(engine, subject, { readOnlyRoot: true, tmpfs });
  if (shortfall !== null) return why(shortfall.why);
  return ["--read-only", ...Object.entries(tmpfs).flatMap(([folder, options]) => ["--tmpfs", `${folder}:${options}`])];
}

/** A folder in memory looks like the image's own. */
function modeOf({ files }: Original, folder: string): string {
  const { mode = 0o1777, uid = 0, gid = 0 } = files.paths.get(folder)?.member ?? {};
  return `mode=${mode.toString(8)},uid=${uid},gid=${gid}`;
}

function tryOut(engine: Engine, subject: Subject, more: Partial<SlimRequest["container"]>): Promise<Shortfall | null> {
  const { request, original, built, wanted, around } = subject;
  const container = { ...request.container, ...more, tmpfs: { ...request.container.tmpfs, ...more.tmpfs } };
  return checkImage(engine, { found: original, request: { ...request, container }, imageId: built.id, wanted, pending: around.pending });
}
