interface ElfSpec {
  readonly needed?: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  /** Names in the dynamic string table besides those above. */
  readonly imports?: readonly string[];
  readonly interpreter?: string;
  readonly machine?: number;
  /** Text after all tables, as a program's constants are. */
  readonly text?: string;
}

const TAG = { needed: 1, strtab: 5, strsz: 10, rpath: 15, runpath: 29 } as const;
const HEADER = 64;
const SEGMENT = 56;

/** A 64-bit ELF file of dynamic tables alone, as the text of a row of `imageOf`. */
export function elfText(spec: ElfSpec): string {
  const names = ["", ...(spec.needed ?? []), spec.rpath ?? "", spec.runpath ?? "", ...(spec.imports ?? [])];
  const strings = `${names.join("\0")}\0`;
  const offsetOf = (name: string): number => strings.indexOf(`\0${name}\0`) + 1;
  const interpreter = `${spec.interpreter ?? ""}\0`;
  const at = { interp: HEADER + 3 * SEGMENT, strings: HEADER + 3 * SEGMENT + interpreter.length };
  const entries: [number, number][] = [
    ...(spec.needed ?? []).map((name): [number, number] => [TAG.needed, offsetOf(name)]),
    ...(spec.rpath === undefined ? [] : [[TAG.rpath, offsetOf(spec.rpath)] satisfies [number, number]]),
    ...(spec.runpath === undefined ? [] : [[TAG.runpath, offsetOf(spec.runpath)] satisfies [number, number]]),
    [TAG.strtab, at.strings],
    [TAG.strsz, strings.length],
    [0, 0],
  ];
  const dynamic = at.strings + strings.length;
  const size = dynamic + entries.length * 16;
  const bytes = Buffer.alloc(size);
  bytes.write("\u007fELF\u0002\u0001\u0001", 0, "latin1");
  bytes.writeUInt16LE(spec.machine ?? 62, 18);
  bytes.writeBigUInt64LE(BigInt(HEADER), 32);
  bytes.writeUInt16LE(SEGMENT, 54);
  bytes.writeUInt16LE(3, 56);
  segment(bytes, 0, { type: 1, offset: 0, size });
  segment(bytes, 1, { type: 2, offset: dynamic, size: entries.length * 16 });
  segment(
    bytes,
    2,
    spec.interpreter === undefined ? { type: 0, offset: 0, size: 0 } : { type: 3, offset: at.interp, size: interpreter.length },
  );
  bytes.write(interpreter + strings, at.interp, "latin1");
  for (const [index, [tag, value]] of entries.entries()) {
    bytes.writeBigUInt64LE(BigInt(tag), dynamic + index * 16);
    bytes.writeBigUInt64LE(BigInt(value), dynamic + index * 16 + 8);
  }
  return bytes.toString("latin1") + (spec.text ?? "");
}

function segment(
  bytes: Buffer,
  index: number,
  { type, offset, size }: { readonly type: number; readonly offset: number; readonly size: number },
): void {
  const start = HEADER + index * SEGMENT;
  bytes.writeUInt32LE(type, start);
  for (const [field, value] of [
    [8, offset],
    [16, offset],
    [32, size],
  ] as const)
    bytes.writeBigUInt64LE(BigInt(value), start + field);
}
