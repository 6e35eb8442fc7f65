import { recordContainer } from "../../record/record.ts";
import { terminalSetting } from "../../capture/terminal-kind.ts";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { askSession } from "../../remote/client/ask-session.ts";
import { readMemory } from "../../remote/client/session-memory.ts";
import { folderBelow } from "../../remote/serve/folder-below.ts";
import { mountFolder } from "../../remote/serve/session-mount.ts";
import { openSessionEngine } from "../../remote/session/session-engine.ts";
import { openRealTerminal } from "../../system/terminal.ts";
import type { VerbContext } from "../context.ts";
import { holdEvents } from "../held-events.ts";
import { openStore } from "../places.ts";
import { chosenSession, type SessionChoice } from "./dev-session.ts";

interface ShellOptions extends SessionChoice {
  readonly shell?: string;
}

/** `cooper dev shell`: a recorded shell in the session's container, with the session's folder and variables. */
export async function devShell(context: VerbContext, options: ShellOptions): Promise<number> {
  const { env, own, stdin, stdout, progress, signal, clock, randomHex } = context;
  const session = await chosenSession(context, options);
  const { container, user } = session.record;
  if (container === null) throw noContainer(session.record.name);
  const memory = readMemory(await askSession({ session, env, own }, { ask: "memory" }));
  const folder = folderBelow(mountFolder(session), Buffer.from(context.cwd)) ?? memory.cwd;
  const terminal = openRealTerminal(stdin, stdout);
  const isInteractive = stdin.isTTY && stdout.isTTY;
  const quiet = holdEvents(progress);
  try {
    return await recordContainer({
      engine: await openSessionEngine(session, context, `${session.record.socket}.ssh`),
      store: openStore(context, quiet.emit),
      name: container.id,
      start: false,
      user: user ?? undefined,
      workdir: folder?.toString(),
      shell: options.shell,
      env: [...(isInteractive ? terminalSetting(env["TERM"]) : []), ...memory.set.map(([name, value]) => `${name}=${value.toString()}`)],
      input: stdin,
      output: stdout,
      isInteractive,
      clock,
      randomHex,
      signal,
      emit: quiet.emit,
      size: () => terminal.size(),
      onResize: (listener) => terminal.onResize(listener),
      onOpen: () => {
        quiet.hold();
        if (isInteractive) terminal.enterRawMode();
      },
    });
  } finally {
    terminal.restore();
    quiet.release();
  }
}

function noContainer(name: string): CooperError {
  return new CooperError("session-without-container", `the session ${name} has no container yet`, {
    hint: "cooper dev attach CONTAINER, or: cooper dev run IMAGE",
    exit: EXIT.usage,
  });
}
