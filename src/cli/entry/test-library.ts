import { besideProgram } from "../sensor-program.ts";

/** Arguments of node that let a module import `cooper/test`; null where the program runs from its source. */
export async function testLibraryArguments(): Promise<readonly string[] | null> {
  const hooks = await besideProgram("test-hooks.mjs");
  return hooks === null ? null : ["--import", hooks.href, "--test-reporter", "tap"];
}
