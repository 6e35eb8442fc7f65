/** How a service is run in a container's foreground. */
export interface ServiceRow {
  /** Names of its init script or unit. */
  readonly scripts: readonly string[];
  /** Names of its daemons and of the programs that start them. `*` stands for a version. */
  readonly programs: readonly string[];
  /**
   * Exec-form command. "{version}" is what `versionFrom` finds among the image's paths; a first word "{program}" is the
   * daemon's own path.
   */
  readonly cmd: readonly string[];
  /** One group: the version. */
  readonly versionFrom?: RegExp;
  /** Flags (with the value of those that end in a space) that put a typed command into the background. */
  readonly drops?: readonly string[];
  /** What a typed command lacks to stay in the foreground. */
  readonly adds?: readonly string[];
  /** Its init script makes arguments of its settings: those of the running process are the command. */
  readonly isSetByArguments?: true;
  readonly ports: readonly number[];
  /** The settings that name other ports: files and a line's pattern with the port as its group. */
  readonly portFrom?: { readonly files: readonly string[]; readonly line: RegExp };
  readonly stopSignal?: string;
  /** Data folders, proposed as VOLUME. */
  readonly volumes: readonly string[];
  /** Shell text of a HEALTHCHECK proposal. */
  readonly health?: string;
  /** Folders below /run that it needs and that its init script makes. */
  readonly folders?: readonly string[];
  /** Folders in which the running service itself writes. */
  readonly data?: readonly string[];
  /** Programs that speak to the running service. */
  readonly clients?: readonly string[];
  /** What a client's text holds when it changes data. */
  readonly writes?: RegExp;
  /** Its data are in memory: what was put into it matters only when it wrote them to the disk. */
  readonly isInMemory?: true;
  /** Shell text that ends it where it was started without an init script; else it gets a signal. */
  readonly halt?: string;
  /** Shell text that succeeds once the started service answers. */
  readonly ready?: string;
}
