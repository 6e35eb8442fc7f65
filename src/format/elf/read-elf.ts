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
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT = { needed: 1, strtab: 5, soname: 14, rpath: 15, runpath: 29 } as const;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Reads an ELF file's dynamic section; null for anything that is not a whole ELF file. Source: the System V ABI, gabi chapters 4 and 5. */
export function readElf(bytes: Uint8Array): ElfFile | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 52 || view.getUint32(0) !== 0x7f454c46) return null;
  const bits = bytes[4] === 2 ? 64 : 32;
  const reader = new Reader(view, bits, bytes[5] === 1);
  try {
    return read(bytes, reader);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** True when the first bytes are an ELF file's. */
export function isElf(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

class Reader {
  constructor(view: DataView, bits: 32 | 64, isLittle: boolean) {
    this.view = view;
    this.bits = bits;
    this.isLittle = isLittle;
  }
  readonly view: DataView;
  readonly bits: 32 | 64;
  readonly isLittle: boolean;

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

function read(bytes: Uint8Array, reader: Reader): ElfFile {
  const segments = readSegments(reader);
  const interp = segments.find((segment) => segment.type === PT_INTERP);
  const plain = { bits: reader.bits, machine: reader.half(18), interpreter: interp ? text(bytes, interp.offset) : null };
  const dynamic = segments.find((segment) => segment.type === PT_DYNAMIC);
  if (dynamic === undefined) return { ...plain, needed: [], soname: null, rpath: [], runpath: [] };
  const entries = readDynamic(reader, dynamic);
  const table = entries.find(([tag]) => tag === DT.strtab)?.[1];
  const strings = table === undefined ? null : fileOffset(segments, table);
  const named = (tag: number): string[] =>
    strings === null ? [] : entries.filter(([t]) => t === tag).map(([, value]) => text(bytes, strings + value));
  const folders = (tag: number): string[] => named(tag).flatMap((value) => value.split(":").filter((folder) => folder !== ""));
  return {
    ...plain,
    needed: named(DT.needed),
    soname: named(DT.soname)[0] ?? null,
    rpath: folders(DT.rpath),
    runpath: folders(DT.runpath),
  };
}

function readSegments(reader: Reader): Segment[] {
  const is64 = reader.bits === 64;
  const table = reader.native(is64 ? 32 : 28);
  const size = reader.half(is64 ? 54 : 42);
  const count = reader.half(is64 ? 56 : 44);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * size;
    const offset = reader.native(at + (is64 ? 8 : 4));
    segments.push({
      type: reader.word(at),
      offset,
      address: reader.native(at + (is64 ? 16 : 8)),
      size: reader.native(at + (is64 ? 32 : 16)),
    });
  }
  return segments;
}

function readDynamic(reader: Reader, segment: Segment): [number, number][] {
  const step = reader.bits / 8;
  const entries: [number, number][] = [];
  for (let at = segment.offset; at < segment.offset + segment.size; at += 2 * step) {
    const tag = reader.native(at);
    if (tag === 0) break;
    entries.push([tag, reader.native(at + step)]);
  }
  return entries;
}

function fileOffset(segments: readonly Segment[], address: number): number | null {
  const load = segments.find((s) => s.type === PT_LOAD && address >= s.address && address < s.address + s.size);
  return load === undefined ? null : address - load.address + load.offset;
}

function text(bytes: Uint8Array, from: number): string {
  if (from < 0 || from >= bytes.length) throw new RangeError("outside the file");
  const end = bytes.indexOf(0, from);
  return new TextDecoder().decode(bytes.subarray(from, end < 0 ? bytes.length : end));
}
