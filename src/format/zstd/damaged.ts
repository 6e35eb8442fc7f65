import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** The error of compressed data that breaks the rules of its format or ends too early. */
export function damagedCompression(what: string): CooperError {
  return new CooperError("compression-damaged", `Compressed data cannot be read: ${what}.`, {
    hint: "The file was cut or changed; make it again.",
    exit: EXIT.incomplete,
  });
}
