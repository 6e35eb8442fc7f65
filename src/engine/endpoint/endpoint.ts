/** What a TLS connection shows and checks, PEM bytes; `verify` false accepts any server. */
export interface TlsMaterial {
  readonly ca: Buffer | null;
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
  readonly verify: boolean;
}

/** A machine behind ssh. */
export interface SshPlace {
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
}

/** The way to an engine. */
export type Endpoint =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls: TlsMaterial | null }
  | (SshPlace & { readonly kind: "ssh"; readonly socket: string | null })
  /** A Podman without a service: its command serves the API as long as it is asked; `ssh` null: on this machine. */
  | { readonly kind: "podman"; readonly ssh: SshPlace | null }
  /** An engine without an API: its command is told in words; `ssh` null: on this machine. */
  | { readonly kind: "command"; readonly command: "nerdctl"; readonly ssh: SshPlace | null };

/** An endpoint with where it was found, for messages, and what the `docker` command needs to reach the same engine. */
export interface Target {
  readonly endpoint: Endpoint;
  /** As a DOCKER_HOST text. */
  readonly url: string;
  /** "DOCKER_HOST", "context prod", "the default socket", … */
  readonly source: string;
  readonly dockerEnv: Readonly<Record<string, string>>;
  /** The socket of an ssh that is connected there already (ControlPath). */
  readonly sshControl?: string;
  /** A socket of this machine that leads to the engine's own over that connection. */
  readonly sshSocket?: string;
  /** Where what answers for a Podman or a command, here or on another machine, has its socket. */
  readonly serviceFolder?: string;
  /** The environment of the programs that the way needs (ssh). */
  readonly env: Environment;
}

export type Environment = Readonly<Record<string, string | undefined>>;
