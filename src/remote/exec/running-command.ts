import type { Readable, Writable } from "node:stream";
import type { Engine } from "../../engine/open-engine.ts";
import type { Link } from "../link/link.ts";
import type { ToldState } from "./marked-output.ts";

/** Where commands run. */
export interface ContainerPlace {
  readonly engine: Engine;
  readonly link: Link;
  readonly containerId: string;
  /** Null: the container's own. */
  readonly user: string | null;
}

/** What a command is joined to. */
export interface CommandStreams {
  /** Null: the command has no input. */
  readonly stdin: Readable | null;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** How a command ended. */
export interface CommandEnd {
  /** Null when the container or the engine went away before it was told. */
  readonly exit: number | null;
  readonly state: ToldState | null;
  /** The engine's words where the command could not be started. */
  readonly refusal: string | null;
}

/** A process that was started in the container; it leads a group of its own. */
export interface StartedProcess {
  readonly execId: string;
  /** Its number in the container; null where it is not known. */
  readonly pid: number | null;
}

/** A command that runs. */
export interface RunningCommand {
  readonly process: StartedProcess;
  readonly done: Promise<CommandEnd>;
  /** It is about to be signalled: what ran it must not run another one, which a late signal would reach. */
  spoil(): void;
  /** For a command with a terminal. */
  resize(size: { readonly columns: number; readonly rows: number }): void;
}

/** Writes, and waits while the reader is slower; a reader that is gone takes nothing. */
export async function passOn(target: Writable, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || target.destroyed || target.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      for (const event of READY) target.off(event, go);
      resolve();
    };
    for (const event of READY) target.on(event, go);
  });
}

const READY = ["drain", "close", "error"] as const;
