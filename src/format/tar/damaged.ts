import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** The error of an archive that breaks the format's rules or ends too early. */
export function damagedTar(what: string): CooperError {
  return new CooperError("tar-damaged", `The tar archive cannot be read: ${what}.`, {
    hint: "The stream was cut or is not a tar archive; run the command again.",
    exit: EXIT.incomplete,
  });
}
