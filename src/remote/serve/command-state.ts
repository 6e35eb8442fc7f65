import { decodePath } from "../../format/tree/path-bytes.ts";
import type { ShellState } from "../../history/model.ts";
import { nameOf, valueOf } from "../exec/shell-line.ts";
import type { CommandPlan } from "./command-plan.ts";
import { settingsOf, type ShellMemory } from "./shell-memory.ts";

/** What a command finds in its shell. */
export type State = Pick<ShellState, "cwd" | "variables">;

interface OwnState {
  /** Variables of the user's commands before any of the session's. */
  readonly base: ShellState["variables"];
  readonly cwd: Buffer;
  readonly env: readonly Buffer[];
}

/** The state of a shell that has the session's memory, in a folder, with settings of its own. Bytes that are no UTF-8 stay what they are. */
export function stateOf(memory: ShellMemory, own: OwnState): State {
  const variables = { ...own.base };
  for (const name of memory.unset) delete variables[name];
  for (const setting of [...settingsOf(memory), ...own.env]) {
    variables[nameOf(setting)] = { kind: "scalar", value: decodePath(valueOf(setting)), exported: true };
  }
  return { cwd: decodePath(own.cwd), variables };
}

/** A command as it is recorded. */
export function wordsOf(plan: CommandPlan, state: State): { argv: readonly string[] | null; text: string; state: State } {
  if (plan.kind === "program") return { argv: plan.argv.map(decodePath), text: "", state };
  return { argv: null, text: decodePath(plan.text), state };
}
