import { pipeline, type Readable } from "node:stream";
import { createGzip } from "node:zlib";

/** A stream as gzip that costs little time; it fails where the stream fails, and ends the stream where nobody reads on. */
export function packed(archive: Readable): Readable {
  const gzip = createGzip({ level: 1 });
  // A failure comes out of what is given.
  pipeline(archive, gzip, () => undefined);
  return gzip;
}
