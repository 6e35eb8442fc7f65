/** A row of /proc/PID/uid_map: `count` numbers from `inside` on are those from `outside` on for who reads it. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** The map of a process that has no user namespace of its own. */
export const SAME_IDS: readonly IdRange[] = [{ inside: 0, outside: 0, count: 4_294_967_295 }];

/** The rows of /proc/PID/uid_map or gid_map. */
export function parseIdRanges(text: string): readonly IdRange[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/u).map(Number))
    .filter((row) => row.length === 3 && row.every(Number.isInteger))
    .map(([inside = 0, outside = 0, count = 0]) => ({ inside, outside, count }));
}

/** The rows of /etc/subuid or /etc/subgid that a user has, by name or number. */
export function parseSubordinateIds(
  text: string,
  user: { readonly name: string; readonly id: number },
): readonly Omit<IdRange, "inside">[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(":"))
    .filter(
      ([who, ...numbers]) =>
        (who === user.name || who === String(user.id)) && numbers.length === 2 && numbers.every((one) => /^\d+$/u.test(one)),
    )
    .map(([, outside, count]) => ({ outside: Number(outside), count: Number(count) }));
}

/** The number outside for one inside; null when the map does not have it. */
export function toOutside(ranges: readonly IdRange[], id: number): number | null {
  const range = ranges.find(({ inside, count }) => id >= inside && id < inside + count);
  return range === undefined ? null : range.outside + (id - range.inside);
}

/** True when both sides have the same numbers. */
export function isSameIds(ranges: readonly IdRange[]): boolean {
  return ranges.every(({ inside, outside }) => inside === outside);
}
