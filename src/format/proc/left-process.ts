export interface ListeningSocket {
  readonly protocol: "tcp" | "udp";
  /** "0.0.0.0", "127.0.0.1", "::", … */
  readonly address: string;
  readonly port: number;
}

/** A process that a Step left running. Pids are those of the container. */
export interface LeftProcess {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
  readonly uid: number;
  readonly cwd: string | null;
  readonly listening: readonly ListeningSocket[];
}
