import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** How the engine's text begins where it could not start a command: some engines print it in the place of the command's output. */
export const START_REFUSAL = /^(?:OCI runtime exec failed: |unable to find (?:user|group) )/u;

/** What the engine's text means; null where it says something else. Codes: `user-unknown`, `workdir-unknown`, `command-not-executable`, `command-not-found`. */
export function startFailure(text: string, program: string, cause?: unknown): CooperError | null {
  const user = /unable to find (?:user|group) ([^\s:]+)|no matching entries in (?:passwd|group)/iu.exec(text);
  if (user !== null) {
    const name = user[1] === undefined ? "" : ` ${user[1]}`;
    return new CooperError("user-unknown", `there is no user or group${name} in the container`, {
      hint: "Make it first (useradd in the container), or give a number: --user 1000",
      exit: EXIT.cooperFailed,
      cause,
    });
  }
  const folder = /chdir to cwd \("([^"]*)"\)/u.exec(text);
  if (folder !== null) {
    return new CooperError("workdir-unknown", `there is no folder ${folder[1] ?? ""} to start in`, {
      hint: "Give a folder that is there: --workdir /",
      exit: EXIT.cooperFailed,
      cause,
    });
  }
  if (/permission denied/iu.test(text)) {
    return new CooperError("command-not-executable", `${program} cannot be run in the container: permission denied`, {
      exit: EXIT.notExecutable,
      cause,
    });
  }
  if (/not found|no such file/iu.test(text))
    return new CooperError("command-not-found", `there is no ${program} in the container`, { exit: EXIT.notFound, cause });
  return null;
}
