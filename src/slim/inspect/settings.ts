/** The parts of an image's configuration that decide what must stay and how it is run. */
export interface ImageSettings {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly workdir: string;
  readonly volumes: readonly string[];
  readonly exposed: readonly string[];
  readonly stopSignal: string | null;
}
