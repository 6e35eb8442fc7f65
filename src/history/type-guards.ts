/**
 * Checks of values that were read from our own journals. They look and do not copy: ten thousand Steps are checked in a tenth of the time that
 * schemas need, which is most of what opening a long history takes.
 */
export type Guard<T> = (value: unknown) => value is T;

type Fields<T> = { readonly [K in keyof T]-?: Guard<T[K]> };

/** An object with at least these fields; the compiler sees to it that none is forgotten. */
export function shape<T>(fields: Fields<T>): Guard<T> {
  const checks = Object.entries<(value: unknown) => boolean>(fields);
  return (value: unknown): value is T => {
    if (typeof value !== "object" || value === null) return false;
    // A record of anything: each field is checked before it is believed.
    const record: Readonly<Record<string, unknown>> = Object.assign(value);
    for (const [name, check] of checks) {
      if (!check(record[name])) return false;
    }
    return true;
  };
}

/** A field that may be absent (JSON has no `undefined`). */
export function optional<T>(guard: Guard<T>): Guard<T> {
  return (value: unknown): value is T => value === undefined || guard(value);
}

/** The value or null. */
export function nullable<T>(guard: Guard<T>): Guard<T | null> {
  return (value: unknown): value is T | null => value === null || guard(value);
}

/** A list of such values. */
export function listOf<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value: unknown): value is readonly T[] => Array.isArray(value) && value.every((item) => guard(item));
}

/** Two values in a list. */
export function pairOf<T>(guard: Guard<T>): Guard<readonly [T, T]> {
  return (value: unknown): value is readonly [T, T] => Array.isArray(value) && value.length === 2 && guard(value[0]) && guard(value[1]);
}

/** An object with such values under any names. */
export function recordOf<T>(guard: Guard<T>): Guard<Readonly<Record<string, T>>> {
  return (value: unknown): value is Readonly<Record<string, T>> =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every((item) => guard(item));
}

/** Either of two. */
export function either<A, B>(a: Guard<A>, b: Guard<B>): Guard<A | B> {
  return (value: unknown): value is A | B => a(value) || b(value);
}

/** One of these words. */
export function oneOf<T extends string | number>(...words: readonly T[]): Guard<T> {
  const known = new Set<unknown>(words);
  return (value: unknown): value is T => known.has(value);
}

/** A text. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** A number. */
export function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** True or false. */
export function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}
