/** An instruction of a Dockerfile, made again from an image's history. Secrets in it are masked. */
export interface Instruction {
  /** "RUN"; "#" for what no instruction can say. */
  readonly keyword: string;
  /** What stands after the keyword. */
  readonly text: string;
  /** The number of the layer that it made, from 0; null where it made none. */
  readonly layer: number | null;
  /** It belongs to the image that this one was built from. */
  readonly isBase: boolean;
  /** What the history does not tell of it, as a comment; "" for nothing. */
  readonly note: string;
}
