/** Translates user or group numbers of this user namespace into those of another one. */
export type IdMap = (id: number) => number;

/** The translation of /proc/PID/uid_map or gid_map; numbers that are not mapped stay. */
export function parseIdMap(text: string): IdMap {
  const ranges = text
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((range) => range.length === 3 && range.every(Number.isInteger));
  return (id) => {
    for (const [inner = 0, outer = 0, count = 0] of ranges) if (id >= outer && id < outer + count) return inner + (id - outer);
    return id;
  };
}
