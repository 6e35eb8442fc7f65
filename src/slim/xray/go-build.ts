import type { BuiltModule } from "./built-module.ts";

const HEADER = 32;
const INLINE = 2;
/** The list stands between two marks of this length. */
const FENCE = 16;

/**
 * The modules in a Go program's build information, which begins with its mark (https://pkg.go.dev/debug/buildinfo); null where none is. Programs of
 * Go before 1.18 have pointers instead of the list: they give an empty one.
 */
export function readGoBuild(bytes: Buffer): readonly BuiltModule[] | null {
  const flags = bytes[15];
  if (bytes.length < HEADER || flags === undefined || flags > 3) return null;
  if ((flags & INLINE) === 0) return bytes[14] === 4 || bytes[14] === 8 ? [] : null;
  const version = textAt(bytes, HEADER);
  if (version === null || !/^(?:go|devel)/.test(version.text.toString("latin1", 0, 5))) return null;
  const list = textAt(bytes, version.end)?.text.toString("utf8") ?? "";
  return modulesOf(list.slice(FENCE, -FENCE));
}

/** A length of up to nine bytes, seven bits in each, the lowest first; then the bytes. */
function textAt(bytes: Buffer, at: number): { readonly text: Buffer; readonly end: number } | null {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** index;
    const start = at + index + 1;
    if (byte < 0x80) return start + length > bytes.length ? null : { text: bytes.subarray(start, start + length), end: start + length };
  }
  return null;
}

/** Lines "mod PATH VERSION HASH" for the program, "dep …" for what it needs, "=> …" for what stands in the place of the one before. */
function modulesOf(list: string): readonly BuiltModule[] {
  const modules: BuiltModule[] = [];
  for (const line of list.split("\n")) {
    const [kind, name, version] = line.split("\t");
    if (name === undefined || version === undefined) continue;
    if (kind === "=>") modules.pop();
    if (kind === "mod" || kind === "dep" || kind === "=>") modules.push({ manager: "go", name, version });
  }
  return modules;
}
