import type { Writable } from "node:stream";
import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";

function outputError(cause: NodeJS.ErrnoException): CooperError {
  if (cause.code === "EPIPE") {
    return new CooperError("output-closed", "standard output was closed before all of the result was written", {
      hint: "What was recorded or written to files is kept. Write the result to a file: cooper … > FILE",
      exit: EXIT.incomplete,
      cause,
    });
  }
  return new CooperError("output-failed", `cannot write to standard output: ${cause.message}`, {
    hint: "Check that the disk is not full, or write somewhere else.",
    exit: EXIT.incomplete,
    cause,
  });
}

/** A function that writes to a stream and waits until it is written. */
export function createPrinter(stream: Writable): (text: string) => Promise<void> {
  // The error also comes to the write's callback; without a listener it would end the process.
  stream.on("error", () => {});
  return (text) =>
    new Promise((resolve, reject) => {
      stream.write(text, (error) => {
        if (error === null || error === undefined) {
          resolve();
        } else {
          reject(outputError(error));
        }
      });
    });
}
