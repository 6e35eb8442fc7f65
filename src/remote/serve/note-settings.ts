import { quoteWord } from "../../format/shell/quote.ts";
import type { ShellState } from "../../history/model.ts";
import { stateOf } from "./command-state.ts";
import type { LiveContainer } from "./live-container.ts";
import type { ShellMemory } from "./shell-memory.ts";

/** Records that the session's variables were set from outside of the container, as if it had been typed there. */
export async function noteSettings(live: LiveContainer, before: ShellMemory, after: ShellMemory): Promise<void> {
  const { workdir } = live.info.config;
  const own = { base: await live.recorder.variablesOf(null), cwd: before.cwd ?? Buffer.from(workdir === "" ? "/" : workdir), env: [] };
  const [from, to] = [stateOf(before, own), stateOf(after, own)];
  const text = textOf(from.variables, to.variables);
  if (text === "") return;
  await live.recorder.settleBefore();
  const recorded = await live.recorder.begin({ argv: null, text, state: from, user: null });
  recorded.end(0, to, false);
}

type Variables = ShellState["variables"];

function textOf(before: Variables, after: Variables): string {
  const set = Object.entries(after).filter(([name, { value }]) => before[name]?.value !== value);
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  const words = set.map(([name, { value }]) => `${name}=${quoteWord(typeof value === "string" ? value : "")}`);
  const parts = [words.length === 0 ? "" : `export ${words.join(" ")}`, gone.length === 0 ? "" : `unset ${gone.join(" ")}`];
  return parts.filter((part) => part !== "").join("; ");
}
