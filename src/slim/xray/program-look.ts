import type { BuiltModule, BuiltWith } from "./built-module.ts";
import { readGoBuild } from "./go-build.ts";

/** What the bytes of a program tell. */
interface SeenProgram {
  readonly builtWith: BuiltWith | null;
  readonly modules: readonly BuiltModule[];
}

/** Sees the bytes of one program as they pass, in memory that does not grow with them. */
export interface ProgramLook {
  take(piece: Buffer): void;
  end(): SeenProgram;
}

const ELF = Buffer.from("\x7fELF", "latin1");
const GO_MARK = Buffer.from("\xff Go buildinf:", "latin1");
const RUST_MARK = Buffer.from("/rustc/", "latin1");
const CRATES_MARK = Buffer.from("/registry/src/", "latin1");
/** A panic's place in a crate: …/registry/src/index.crates.io-6f17d22bba15001f/serde-1.0.188/src/… */
const CRATE = /\/registry\/src\/[^/\0]{1,100}\/([a-zA-Z][\w-]{0,60}?)-(\d+\.\d+\.\d+[\w.+-]{0,40})\//g;
/** What is kept of a piece, as a mark or a crate's path may lie across two. */
const OVERLAP = 256;
/** The most that is read of a Go program's list of modules. */
const LONGEST_BUILD = 512 * 1024;

/** A look at the bytes of a program; nothing is seen in what is no ELF file. */
export function createProgramLook(): ProgramLook {
  let isElf: boolean | null = null;
  let rest: Buffer = Buffer.alloc(0);
  let isRust = false;
  const crates = new Map<string, BuiltModule>();
  const go = createGoLook();
  return {
    take(piece) {
      if (isElf === false) return;
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      if (isElf === null && bytes.length >= ELF.length) isElf = bytes.subarray(0, ELF.length).equals(ELF);
      go.take(bytes, rest.length);
      isRust ||= bytes.includes(RUST_MARK);
      if (bytes.includes(CRATES_MARK)) noteCrates(bytes, crates);
      rest = Buffer.from(bytes.subarray(Math.max(0, bytes.length - OVERLAP)));
    },
    end() {
      const built = isElf === true ? go.end() : null;
      if (built !== null) return { builtWith: "Go", modules: built };
      return isElf === true && isRust ? { builtWith: "Rust", modules: [...crates.values()] } : { builtWith: null, modules: [] };
    },
  };
}

function noteCrates(bytes: Buffer, crates: Map<string, BuiltModule>): void {
  for (const [, name = "", version = ""] of bytes.toString("latin1").matchAll(CRATE)) {
    crates.set(`${name}@${version}`, { manager: "cargo", name, version });
  }
}

interface GoLook {
  /** `seen` of the bytes were given before. */
  take(bytes: Buffer, seen: number): void;
  end(): readonly BuiltModule[] | null;
}

/** Collects what follows the mark; the mark's own text also stands in programs that read it, and there no list follows. */
function createGoLook(): GoLook {
  let collected: Buffer[] | null = null;
  let length = 0;
  let found: readonly BuiltModule[] | null = null;
  const finish = (): void => {
    const bytes = Buffer.concat(collected ?? []);
    for (let at = 0; at >= 0 && found === null; at = bytes.indexOf(GO_MARK, at + 1)) found = readGoBuild(bytes.subarray(at));
    collected = null;
    length = 0;
  };
  const add = (bytes: Buffer): void => {
    collected?.push(Buffer.from(bytes.subarray(0, LONGEST_BUILD - length)));
    length += bytes.length;
    if (length >= LONGEST_BUILD) finish();
  };
  return {
    take(bytes, seen) {
      if (found !== null) return;
      if (collected !== null) add(bytes.subarray(seen));
      if (collected !== null || found !== null) return;
      const at = bytes.indexOf(GO_MARK);
      if (at < 0) return;
      collected = [];
      add(bytes.subarray(at));
    },
    end() {
      finish();
      return found;
    },
  };
}
