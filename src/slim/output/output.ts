/** A form of the result beside the engine's: a `docker save` archive, an archive of an OCI layout, or a folder with a Dockerfile. */
export interface Output {
  readonly format: "oci" | "tar" | "dockerfile";
  readonly path: string;
}
