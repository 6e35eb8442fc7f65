import type { ScanRequest } from "./pipeline.ts";
import type { ScanPiece } from "./scan-part.ts";

/** So many entries later findings are handed on before the container is done. */
const MANY = 5_000;

/** Hands on what is written of a container with very many findings, so that not all of it is held. */
export class EarlyTeller {
  hasTold = false;
  readonly #hear: ScanRequest["hearEarly"];
  readonly #mayTell: () => boolean;
  #entries = 0;

  constructor({ hearEarly }: ScanRequest, mayTell: () => boolean) {
    this.#hear = hearEarly;
    this.#mayTell = mayTell;
  }

  /** Gives the pieces back, without what was handed on. */
  async tell(pieces: readonly ScanPiece[]): Promise<readonly ScanPiece[]> {
    this.#entries += pieces.reduce((sum, { entries }) => sum + entries, 0);
    if (this.#hear === null || this.#entries < MANY || !this.#mayTell()) return pieces;
    this.hasTold = true;
    for (const { written } of pieces) if (written !== "") await this.#hear(written);
    return pieces.map((piece) => ({ ...piece, written: "" }));
  }
}
