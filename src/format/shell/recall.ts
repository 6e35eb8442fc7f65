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

/** The same for what is told of an object, as long as the object is there: one value after another has the parts of the one before. */
export function recallBy<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const results = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const known = results.get(key) ?? { value: make(key) };
    results.set(key, known);
    return known.value;
  };
}
