import * as z from "zod";
import { CooperError } from "../base/errors.ts";
import { readTextIfThere } from "../system/file/files.ts";
import { TRACE_ACTS, type Trace } from "../trace/protocol.ts";

const TRACE = z.object({
  version: z.literal(1),
  touched: z.record(z.string().startsWith("/"), z.array(z.enum(TRACE_ACTS))),
  lost: z.number().int().nonnegative(),
  mode: z.string(),
  ioUring: z.number().int().nonnegative().optional(),
  calls: z.array(z.string()).optional(),
  processes: z.array(z.object({ pid: z.number().int(), parent: z.number().int(), program: z.string().startsWith("/") })).optional(),
});

/** Reads a Trace that `--save-trace` wrote; throws `trace-unreadable`. */
export async function readSavedTrace(path: string): Promise<Trace> {
  const text = await readTextIfThere(path);
  const hint = "Give a file that cooper slim --save-trace wrote.";
  if (text === null) throw new CooperError("trace-unreadable", `There is no file ${path}.`, { hint, where: { file: path } });
  try {
    return TRACE.parse(JSON.parse(text));
  } catch (cause) {
    throw new CooperError("trace-unreadable", `${path} is not a saved Trace.`, { hint, where: { file: path }, cause });
  }
}
