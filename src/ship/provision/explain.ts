import { CooperError, isCooperError } from "../../base/errors.ts";
import { errorCode } from "../../system/file/files.ts";
import { TreeProblem } from "./tree-problem.ts";
import { unsafe } from "./walk-down.ts";

/** Does work on a path, and says in the words of a person why it failed. */
export function explained<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw isCooperError(cause) ? cause : (reason(path, cause) ?? cause);
  }
}

function reason(path: string, cause: unknown): CooperError | null {
  const where = { file: path };
  if (cause instanceof TreeProblem) {
    if (cause.kind === "mount") return unsafe(path, cause.message);
    const hint = cause.kind === "busy" ? "Stop what runs there." : "Give the test less: policy tree or empty, or a larger max_size.";
    return new CooperError("copy-refused", `${path} ${cause.message}.`, { hint, where, cause });
  }
  const code = errorCode(cause);
  if (["EPERM", "EACCES", "EROFS"].includes(code))
    return new CooperError("provision-not-allowed", `${path} cannot be made or given to its owner (${code}).`, {
      hint: "Run cooper as root, or name owners that you may give files to.",
      where,
      cause,
    });
  if (["ENOENT", "EEXIST", "ENOTDIR", "EISDIR", "ENOTEMPTY"].includes(code))
    return unsafe(path, `was changed by somebody else meanwhile (${code})`);
  if (["ENOSPC", "EDQUOT"].includes(code))
    return new CooperError("disk-full", `There is no room for ${path} (${code}).`, { hint: "Make room and run it again.", where, cause });
  return null;
}
