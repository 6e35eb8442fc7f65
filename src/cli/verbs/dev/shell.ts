import { askSession } from "../../../remote/client/ask-session.ts";
import { readMemory } from "../../../remote/client/session-memory.ts";
import { folderBelow } from "../../../remote/serve/folder-below.ts";
import { mountFolder } from "../../../remote/serve/session-mount.ts";
import { ownContainer } from "../../../remote/session/own-container.ts";
import { openSessionEngine, sharedWay } from "../../../remote/session/session-engine.ts";
import type { VerbContext } from "../../context.ts";
import { recordAtTerminal } from "../../record-at-terminal.ts";
import { chosenSession, type SessionChoice } from "./session.ts";

interface ShellOptions extends SessionChoice {
  readonly shell?: string;
}

/** `cooper dev shell`: a recorded shell in the session's container, with the session's folder and variables. */
export async function devShell(context: VerbContext, options: ShellOptions): Promise<number> {
  const { env, own } = context;
  const session = await chosenSession(context, options);
  const { user } = session.record;
  const container = ownContainer(session);
  const memory = readMemory(await askSession({ session, env, own }, { ask: "memory" }));
  const folder = folderBelow(mountFolder(session), Buffer.from(context.cwd)) ?? memory.cwd;
  return recordAtTerminal(context, {
    engine: await openSessionEngine(session, context, sharedWay(session)),
    name: container.id,
    start: false,
    user: user ?? undefined,
    workdir: folder?.toString(),
    shell: options.shell,
    env: memory.set.map(([variable, value]) => `${variable}=${value.toString()}`),
    sensor: undefined,
  });
}
