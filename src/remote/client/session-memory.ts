/** What a session remembers for its commands, as its process tells it. */
export interface ToldMemory {
  readonly cwd: Buffer | null;
  readonly set: readonly (readonly [string, Buffer])[];
  readonly unset: readonly string[];
}

/** Reads the answer to the question "memory". */
export function readMemory(answer: unknown): ToldMemory {
  const memory = part(answer, "memory");
  const cwd = part(memory, "cwd");
  const set = list(part(memory, "set")).flatMap((pair) => {
    const [name, value] = list(pair);
    return typeof name === "string" && typeof value === "string" ? [[name, Buffer.from(value, "base64")] as const] : [];
  });
  const unset = list(part(memory, "unset")).filter((name) => typeof name === "string");
  return { cwd: typeof cwd === "string" ? Buffer.from(cwd, "base64") : null, set, unset };
}

function part(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
