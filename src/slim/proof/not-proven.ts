import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { SlimRequest } from "../request.ts";
import type { Shortfall } from "./check-image.ts";

const SHOWN = 20;

/** What the last small image looked for in vain and the original has. */
export interface Lacking {
  /** How often something was added before. */
  readonly rounds: number;
  readonly missing: readonly string[];
  /** Those among them that one more round would add. */
  readonly added: readonly string[];
}

/** The error of an image of which no small one passed, with what it still lacked. */
export function notProven(request: SlimRequest, shortfall: Shortfall, lacking: Lacking): CooperError {
  // A job's output is its log.
  const said = [...new Set([shortfall.logs, shortfall.output])].join("\n");
  return new CooperError("slim-not-proven", `No small image of ${request.name} passed its exercise: ${shortfall.why}.`, {
    hint: `Nothing was tagged. ${lacked(lacking)}\nThe container's last lines:\n${said}`,
    exit: EXIT.no,
    where: { image: request.image },
  });
}

function lacked({ rounds, missing, added }: Lacking): string {
  if (missing.length === 0) {
    return "It looked for nothing that the original has and it lacks: does the exercise ask the same of both, and does it pass twice in a row on the original?";
  }
  if (added.length === 0) return `It looked in vain for what --exclude leaves out:${list(missing)}`;
  const after = rounds === 1 ? "After 1 round of adding" : `After ${rounds} rounds of adding`;
  return `${after} it still looked in vain for:${list(added)}\nAllow more rounds (--repairs ${rounds + 6}), keep more (--keep package) or name what is missing (--include PATH).`;
}

function list(paths: readonly string[]): string {
  const more = paths.length > SHOWN ? `\n  and ${paths.length - SHOWN} more` : "";
  return `\n  ${paths.slice(0, SHOWN).join("\n  ")}${more}`;
}
