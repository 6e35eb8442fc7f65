import { isElf, readElf } from "../../../format/elf/read-elf.ts";
import { type ImageFiles, parentOf } from "../../inspect/image-files.ts";
import type { Closure, Reason, Rule } from "../closure.ts";
import { resolvePath } from "../resolve.ts";

const DEFAULT_FOLDERS = ["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib"];
const MAX_ELF = 1024 ** 3;

/** What a program or library cannot start without: its loader and the libraries it names, found as the image's own loader finds them. */
export function elfRule(image: ImageFiles): Rule {
  const folders = libraryFolders(image);
  return {
    name: "elf",
    level: "trace",
    follow(path, file, closure) {
      if (file.member.type !== "file" || file.member.size < 52 || !isElf(image.read(path, 0, 4))) return;
      const elf = readElf(image.read(path, 0, Math.min(file.member.size, MAX_ELF)));
      if (elf === null) return;
      const reason = (name: string) => ({ rule: "elf", because: `${path} needs ${name}`, level: "trace" }) as const;
      if (elf.interpreter !== null) closure.keep(elf.interpreter, reason(elf.interpreter));
      const own = [...(elf.runpath.length > 0 ? elf.runpath : elf.rpath)].map((folder) => withOrigin(folder, path));
      for (const name of elf.needed) keepLibrary(closure, { name, folders: [...own, ...folders], reason: reason(name) });
    },
  };
}

function withOrigin(folder: string, path: string): string {
  const origin = parentOf(path);
  return folder.replaceAll("${ORIGIN}", origin).replaceAll("$ORIGIN", origin).replaceAll("$LIB", "lib");
}

interface Library {
  readonly name: string;
  readonly folders: readonly string[];
  readonly reason: Reason;
}

function keepLibrary(closure: Closure, { name, folders, reason }: Library): void {
  const places = name.includes("/") ? [name] : folders.map((folder) => `${folder}/${name}`);
  const found = places.find((path) => resolvePath(closure.image, path).real !== null);
  if (found !== undefined) closure.keep(found, reason);
}

/** The loader's folders: those of its configuration, then its built-in ones (glibc multiarch, musl). */
function libraryFolders(image: ImageFiles): string[] {
  const configured = readConfiguration(image, "/etc/ld.so.conf", 0);
  const musl = [...(image.children.get("/etc") ?? [])].filter((path) => /\/ld-musl-.*\.path$/.test(path));
  const muslFolders = musl.flatMap((path) => image.read(path).toString("utf8").split(/[:\n]/).filter(Boolean));
  const multiarch = ["/lib", "/usr/lib"].flatMap((folder) => (image.children.get(folder) ?? []).filter((path) => /-linux-/.test(path)));
  return [...new Set([...configured, ...muslFolders, ...multiarch, ...DEFAULT_FOLDERS])];
}

function readConfiguration(image: ImageFiles, path: string, depth: number): string[] {
  const real = resolvePath(image, path).real;
  if (real === null || depth > 5) return [];
  const lines = image.read(real, 0, 65_536).toString("utf8").split("\n");
  return lines.flatMap((line) => {
    const text = line.replace(/#.*/, "").trim();
    const include = /^include\s+(\S+)$/.exec(text)?.[1];
    if (include === undefined) return text.startsWith("/") ? [text] : [];
    const folder = parentOf(include);
    const pattern = new RegExp(`^${include.split("*").map(escapeRegExp).join("[^/]*")}$`);
    return (image.children.get(folder) ?? [])
      .filter((file) => pattern.test(file))
      .flatMap((file) => readConfiguration(image, file, depth + 1));
  });
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
