import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { SlimRequest } from "../request.ts";
import type { Shortfall } from "./check-image.ts";

const SHOWN = 20;

/** The error of an image of which no small one passed, with what it still lacked. */
export function notProven(request: SlimRequest, shortfall: Shortfall, missing: readonly string[]): CooperError {
  const more = missing.length > SHOWN ? `\n  and ${missing.length - SHOWN} more` : "";
  const lacked =
    missing.length === 0
      ? "It looked for nothing that the original has and it lacks."
      : `After ${request.maxRepairs} rounds it still looked in vain for:\n  ${missing.slice(0, SHOWN).join("\n  ")}${more}`;
  return new CooperError("slim-not-proven", `No small image of ${request.name} passed its exercise: ${shortfall.why}.`, {
    hint: `Nothing was tagged. ${lacked}\nKeep more (--keep package) or name what is missing (--include PATH). The container's last lines:\n${shortfall.logs}\n${shortfall.output}`,
    exit: EXIT.no,
    where: { image: request.image },
  });
}
