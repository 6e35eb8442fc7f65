import type { ShellMemory } from "./shell-memory.ts";

/** What a session remembers, as JSON: values in base64. */
export function tellMemory(memory: ShellMemory): unknown {
  const set = [...memory.set].map(([name, value]) => [name, value.toString("base64")]);
  return { cwd: memory.cwd?.toString("base64") ?? null, set, unset: [...memory.unset] };
}

/** The memory with these settings (values in base64) and without these names. */
export function withSettings(
  memory: ShellMemory,
  { set, unset }: { readonly set: readonly (readonly [string, string])[]; readonly unset: readonly string[] },
): ShellMemory {
  const values = new Map(memory.set);
  for (const [name, value] of set) values.set(name, Buffer.from(value, "base64"));
  for (const name of unset) values.delete(name);
  const names = new Set(set.map(([name]) => name));
  return { ...memory, set: values, unset: new Set([...memory.unset].filter((name) => !names.has(name)).concat(unset)) };
}
