import type { Readable, Writable } from "node:stream";

/** The two ends of a connection to an SFTP server of the container. */
export interface ServerChannel {
  readonly input: Writable;
  /** Ends, or fails, with the connection. */
  readonly output: Readable;
  close(): Promise<void>;
}

/** Opens a connection; called again after each break. */
export type OpenServer = (signal: AbortSignal) => Promise<ServerChannel>;

/** What a local program did through the mount, told after the container's answer. Paths are the container's, absolute. */
export type MountEvent = { readonly at: number; readonly path: string } & (
  | { readonly kind: "created"; readonly type: "file" | "folder" | "link" }
  /** Once, when the file is closed, or its size was set. */
  | { readonly kind: "written" }
  | { readonly kind: "renamed"; readonly to: string }
  /** A second name of the same file. */
  | { readonly kind: "linked"; readonly to: string }
  | { readonly kind: "removed"; readonly type: "file" | "folder" }
  /** Its mode, owner or times. */
  | { readonly kind: "attributes" }
);

/** "linked": the container answers. "broken": what is asked fails at once until it answers again, which is tried all the time. */
export type LinkState = "linked" | "broken";

export interface MountRequest {
  /** Absolute path of a folder on this machine that is empty or not there yet. */
  readonly folder: string;
  /** Shown in the table of mounts. */
  readonly name: string;
  readonly openServer: OpenServer;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long a program waits at most for an answer; 5 s unless told. */
  readonly deadlineMs?: number;
  /** Path of the sensor for this machine, which sees to that where this process is stopped; null where it was not built. */
  readonly guard: string | null;
  readonly onEvent?: (event: MountEvent) => void;
  readonly onState?: (state: LinkState, reason: string) => void;
}

/** A container's files as a folder of this machine. It is gone when this process ends, however it ends. */
export interface Mount {
  readonly folder: string;
  /** To be called when something may have changed in the container: what is asked for from now on is fresh. */
  dropCache(): void;
  /** Resolves when the kernel, too, has forgotten all that was asked for before `since` (performance.now()). */
  settled(since: number): Promise<void>;
  /** Tells programs of this machine that watch these paths of the container (inotify), or folders that they are in, of their change. */
  announce(paths: readonly string[]): void;
  unmount(): Promise<void>;
  /** Resolves once it is unmounted; rejects when it cannot be kept. */
  readonly ended: Promise<void>;
}
