import { readlinkSync } from "node:fs";

/** The folder that this process is in. One that was removed has a name still: what wants it says that it is gone. */
export function workingFolder(env: NodeJS.ProcessEnv): string {
  try {
    return process.cwd();
  } catch {
    return nameKept() ?? (env["PWD"]?.startsWith("/") === true ? env["PWD"] : "/");
  }
}

// A shell between the person's and this process has lost PWD.
function nameKept(): string | null {
  try {
    return readlinkSync("/proc/self/cwd").replace(/ \(deleted\)$/u, "");
  } catch {
    return null;
  }
}
