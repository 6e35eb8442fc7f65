const KEPT = 256;

/** The same function, which remembers its last results: several passes ask the same of one text in a row. */
export function recall<T>(make: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = make(text);
    if (results.size >= KEPT) results.clear();
    results.set(text, result);
    return result;
  };
}
