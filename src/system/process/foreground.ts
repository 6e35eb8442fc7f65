import { spawn } from "node:child_process";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** Runs a program that has the user's terminal to itself (an editor); gives its exit code, 128 when a signal ended it. */
export function runInForeground(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const [program = "", ...rest] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: "inherit", env });
    child.on("error", (cause) => {
      reject(new CooperError("program-not-found", `cannot run ${program}: ${cause.message}`, { exit: EXIT.notFound, cause }));
    });
    child.on("exit", (code) => resolve(code ?? 128));
  });
}
