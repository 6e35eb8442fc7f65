/** What a loader needs to know of a program or library. Paths and names are as the file has them, `$ORIGIN` unreplaced. */
export interface ElfFile {
  readonly bits: 32 | 64;
  /** The e_machine number: 62 x86-64, 3 i386, 183 arm64, … */
  readonly machine: number;
  readonly interpreter: string | null;
  readonly needed: readonly string[];
  readonly soname: string | null;
  /** DT_RPATH, which counts only where there is no DT_RUNPATH. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** The dynamic string table: every name that is imported or exported, each closed by NUL. */
  readonly names: Buffer;
}

/** Gives a file's bytes from an offset, at most so many; fewer at its end. */
export type ReadBytes = (offset: number, length: number) => Buffer;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT = { needed: 1, strtab: 5, strsz: 10, soname: 14, rpath: 15, runpath: 29 } as const;
const HEADER_BYTES = 64;
/** What is believed of a damaged file: no real one has more. */
const MAX_TABLE = 64 * 1024 * 1024;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Reads an ELF file's dynamic section, and of the file only the parts it needs; null for anything that is not a whole ELF file. Source: the System V ABI, gabi chapters 4 and 5. */
export function readElf(read: ReadBytes): ElfFile | null {
  const header = read(0, HEADER_BYTES);
  if (header.length < 52 || !isElf(header)) return null;
  try {
    return readParts(read, new Fields(header, header[4] === 2 ? 64 : 32, header[5] === 1));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** True when the first bytes are an ELF file's. */
export function isElf(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** Numbers of a piece of the file, in its width and byte order. */
class Fields {
  constructor(bytes: Buffer, bits: 32 | 64, isLittle: boolean) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.bits = bits;
    this.isLittle = isLittle;
  }
  readonly view: DataView;
  readonly bits: 32 | 64;
  readonly isLittle: boolean;

  of(bytes: Buffer): Fields {
    return new Fields(bytes, this.bits, this.isLittle);
  }
  half(at: number): number {
    return this.view.getUint16(at, this.isLittle);
  }
  word(at: number): number {
    return this.view.getUint32(at, this.isLittle);
  }
  /** An address or offset: 4 or 8 bytes. */
  native(at: number): number {
    return this.bits === 64 ? Number(this.view.getBigUint64(at, this.isLittle)) : this.word(at);
  }
}

function readParts(read: ReadBytes, header: Fields): ElfFile {
  const segments = readSegments(read, header);
  const interp = segments.find((segment) => segment.type === PT_INTERP);
  const interpreter = interp === undefined ? null : textAt(whole(read, interp.offset, interp.size), 0);
  const plain = { bits: header.bits, machine: header.half(18), interpreter };
  const dynamic = segments.find((segment) => segment.type === PT_DYNAMIC);
  const entries = dynamic === undefined ? [] : readDynamic(header.of(whole(read, dynamic.offset, dynamic.size)));
  const names = readNames(read, segments, entries);
  const named = (tag: number): string[] =>
    names.length === 0 ? [] : entries.filter(([t]) => t === tag).map(([, value]) => textAt(names, value));
  const folders = (tag: number): string[] => named(tag).flatMap((value) => value.split(":").filter((folder) => folder !== ""));
  return {
    ...plain,
    needed: named(DT.needed),
    soname: named(DT.soname)[0] ?? null,
    rpath: folders(DT.rpath),
    runpath: folders(DT.runpath),
    names,
  };
}

function readSegments(read: ReadBytes, header: Fields): Segment[] {
  const is64 = header.bits === 64;
  const size = header.half(is64 ? 54 : 42);
  const count = header.half(is64 ? 56 : 44);
  const table = header.of(whole(read, header.native(is64 ? 32 : 28), size * count));
  return Array.from({ length: count }, (_none, index) => {
    const at = index * size;
    return {
      type: table.word(at),
      offset: table.native(at + (is64 ? 8 : 4)),
      address: table.native(at + (is64 ? 16 : 8)),
      size: table.native(at + (is64 ? 32 : 16)),
    };
  });
}

function readDynamic(table: Fields): [number, number][] {
  const step = table.bits / 8;
  const entries: [number, number][] = [];
  for (let at = 0; at + 2 * step <= table.view.byteLength; at += 2 * step) {
    const tag = table.native(at);
    if (tag === 0) break;
    entries.push([tag, table.native(at + step)]);
  }
  return entries;
}

function readNames(read: ReadBytes, segments: readonly Segment[], entries: readonly [number, number][]): Buffer {
  const valueOf = (tag: number): number | undefined => entries.find(([t]) => t === tag)?.[1];
  const address = valueOf(DT.strtab);
  const size = valueOf(DT.strsz);
  if (address === undefined || size === undefined) return Buffer.alloc(0);
  const load = segments.find((s) => s.type === PT_LOAD && address >= s.address && address < s.address + s.size);
  return load === undefined ? Buffer.alloc(0) : whole(read, address - load.address + load.offset, size);
}

function whole(read: ReadBytes, offset: number, length: number): Buffer {
  if (!Number.isSafeInteger(offset + length) || length > MAX_TABLE) throw new RangeError("not believed");
  const bytes = read(offset, length);
  if (bytes.length < length) throw new RangeError("outside the file");
  return bytes;
}

function textAt(bytes: Buffer, from: number): string {
  if (from < 0 || from >= bytes.length) throw new RangeError("outside the table");
  const end = bytes.indexOf(0, from);
  return bytes.toString("utf8", from, end < 0 ? bytes.length : end);
}
