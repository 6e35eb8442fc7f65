import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** So long a shell may take for an answer, on a busy machine too. */
export const ANSWERS_WITHIN_MS = 20_000;

/** What a shell answers; calls `end` and throws `shell-silent` where it does not. */
export async function inTime<T>(answer: Promise<T>, end: () => void): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const silent = new Promise<never>((_, reject) => (late = setTimeout(() => reject(shellSilent()), ANSWERS_WITHIN_MS)));
  try {
    return await Promise.race([answer, silent]);
  } catch (error) {
    end();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

function shellSilent(): CooperError {
  return new CooperError("shell-silent", `the container's shell did not answer within ${ANSWERS_WITHIN_MS / 1000} s`, {
    hint: "See what it does by itself: docker exec CONTAINER /bin/sh -c 'echo it answers'",
    exit: EXIT.cooperFailed,
  });
}
