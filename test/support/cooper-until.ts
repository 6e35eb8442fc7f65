import { cooperEnvironment, cooperProgram } from "./cli.ts";
import { type HostOptions, type HostOutcome, runOnHost } from "./host-command.ts";

/** How runOnHost tells that a signal ended a program. */
export const KILLED = 128;

/** Runs the built `cooper` in a process that is killed (SIGKILL) where it has come through some named steps, at the last of them. */
export function runCooperUntil(steps: readonly string[], args: readonly string[], options: HostOptions = {}): Promise<HostOutcome> {
  return runCooperWith("process.kill(process.pid, 'SIGKILL')", steps, { ...options, args });
}

/** Runs it in a process that does something (a JavaScript statement) there. */
export function runCooperWith(
  statement: string,
  steps: readonly string[],
  { args, ...options }: HostOptions & { readonly args: readonly string[] },
): Promise<HostOutcome> {
  const watch = `import { subscribe } from "node:diagnostics_channel";
import fs from "node:fs";
let isDone = false;
const steps = ${JSON.stringify(steps)};
subscribe("cooper:step", (step) => {
  if (step === steps[0]) steps.shift();
  if (steps.length > 0 || isDone) return;
  isDone = true;
  ${statement};
});`;
  const argv = [process.execPath, "--import", `data:text/javascript,${encodeURIComponent(watch)}`, cooperProgram(), ...args];
  return runOnHost(argv, { ...options, env: cooperEnvironment(options.env) });
}
