import type { Readable, Writable } from "node:stream";

/** A command as a client asks for it; null text: the user's shell. */
export interface SshCommand {
  readonly text: Buffer | null;
  /** "NAME=value" */
  readonly env: readonly Buffer[];
  readonly terminal: { readonly kind: string; readonly columns: number; readonly rows: number } | null;
}

export interface CommandEnds {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the client closes the channel or goes. */
  readonly signal: AbortSignal;
  /** Hears names as "SIGTERM"; gives what stops it. */
  readonly onSignal: (listener: (name: string) => void) => () => void;
  readonly onResize: (listener: (size: { readonly columns: number; readonly rows: number }) => void) => () => void;
}

/** The two ends of something that the client is joined to. */
export interface Joined {
  readonly input: Writable;
  readonly output: Readable;
  close(): Promise<void>;
}

/** What a server of ours can do for its client. */
export interface SshServices {
  /** Gives the exit code. */
  run(command: SshCommand, ends: CommandEnds): Promise<number>;
  openFiles(signal: AbortSignal): Promise<Joined>;
  /** A connection from within the container. */
  connect(target: { readonly host: string; readonly port: number }, signal: AbortSignal): Promise<Joined>;
}
