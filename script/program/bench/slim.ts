import { benchImage } from "./large-image.ts";
import { benchArchive } from "./large-archive.ts";
import type { BenchParts, BenchPlace } from "./measure.ts";

/** What slim and xray cost. */
export function slimParts(place: BenchPlace): BenchParts {
  return { image: () => benchImage(place), xray: () => benchArchive(place) };
}
