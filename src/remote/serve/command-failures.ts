import { CooperError, isCooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** What a client hears of an error. */
export function failureOf(error: unknown): { code: string; message: string; hint: string; exit: number } {
  if (!isCooperError(error))
    return { code: "session-failed", message: messageOf(error), hint: "See `cooper dev doctor`.", exit: EXIT.cooperFailed };
  const { code, message, hint = "", exit } = error;
  return { code, message, hint, exit };
}

/** The codes a shell has for a command that it could not run: all others but 125 are a command's own. */
const NOT_RUN: readonly number[] = [EXIT.notExecutable, EXIT.notFound, EXIT.interrupted];

/** What who waits for a command hears of an error: its exit code is taken for the command's. */
export function failureOfCommand(error: unknown): ReturnType<typeof failureOf> {
  const failure = failureOf(error);
  return NOT_RUN.includes(failure.exit) ? failure : { ...failure, exit: EXIT.cooperFailed };
}

/** Nobody said what to run. */
export function noCommand(): CooperError {
  return new CooperError("no-command", "there is no command to run", {
    hint: "dodo COMMAND [ARGUMENT...], or dodo -c 'text for the shell'",
    exit: EXIT.cooperFailed,
  });
}

/** An engine that is silent may have the command, or get it when it goes on. */
export function givenUp(error: unknown): unknown {
  if (!isCooperError(error) || error.code !== "engine-silent") return error;
  return new CooperError(
    error.code,
    `${error.message} What became of the command is not known; it may be done yet, when the engine goes on.`,
    {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      exit: EXIT.cooperFailed,
    },
  );
}

/** What became of a command will never be known. */
export function connectionLost(): CooperError {
  return new CooperError("connection-lost", "the connection to the container ended before the command told its exit code", {
    hint: "The container or its engine went away. See: cooper dev status",
    exit: EXIT.cooperFailed,
  });
}
