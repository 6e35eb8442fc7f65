import { printYaml } from "../../../format/yaml/print-yaml.ts";
import type { ScanFinding } from "../classify/finding.ts";
import type { ContainerScan } from "../findings/container-scan.ts";

/** What a container with a read-only root needs. */
export interface ReadOnlySuggestion {
  readonly tmpfs: readonly string[];
  /** Folders whose content matters, or that the image fills. */
  readonly volumes: readonly string[];
  /** Written, but no place for a mount: files beside those of the image. They must change in the image, or not be written. */
  readonly inTheWay: readonly string[];
}

/** Folders that hold nothing worth keeping, where the image has nothing in them. */
const FLEETING = /^\/(?:tmp|run|var\/(?:tmp|run|lock|cache|log)|dev\/shm)(?:\/|$)/;
/** Folders that are the system: a mount over one of them would hide it. */
const SYSTEM = /^\/(?:bin|sbin|lib[^/]*|etc|usr(?:\/(?!local\/)[^/]+)?|usr\/local(?:\/(?:s?bin|lib[^/]*))?|var(?:\/lib)?)?$/;

/** From what was written: the mounts under which a read-only root would do. */
export function suggestReadOnly({ findings }: ContainerScan): ReadOnlySuggestion {
  const written = findings.filter(({ kind, after }) => kind !== "run" && kind !== "delete" && after !== null);
  const folders = new Set<string>();
  const inTheWay: string[] = [];
  for (const finding of written) {
    const folder = folderOf(finding);
    if (SYSTEM.test(folder)) inTheWay.push(finding.path);
    else folders.add(folder);
  }
  const deleted = findings.filter(({ kind }) => kind === "delete").map(({ path }) => path);
  const topmost = [...folders].filter((folder) => ![...folders].some((other) => folder.startsWith(`${other}/`))).toSorted();
  const isBelow = (path: string): boolean => topmost.some((folder) => path.startsWith(`${folder}/`));
  return {
    tmpfs: topmost.filter((folder) => FLEETING.test(folder)),
    volumes: topmost.filter((folder) => !FLEETING.test(folder)),
    inTheWay: [...inTheWay, ...deleted].filter((path) => !isBelow(path)).toSorted(),
  };
}

/** The suggestion as keys of a service in a Compose file. */
export function suggestionText({ name }: ContainerScan, { tmpfs, volumes, inTheWay }: ReadOnlySuggestion): string {
  const named = volumes.map((folder) => `${name}${folder.replaceAll(/[^a-zA-Z0-9]+/g, "-")}:${folder}`);
  const service = {
    read_only: true,
    ...(tmpfs.length === 0 ? {} : { tmpfs }),
    ...(named.length === 0 ? {} : { volumes: named }),
  };
  const head = inTheWay.length === 0 ? "" : "# These paths were written too and would be refused; change them in the image:\n";
  return `${head}${inTheWay.map((path) => `#   ${JSON.stringify(path)}\n`).join("")}${printYaml(service)}`;
}

/** A new folder at its top is a place for a mount; else the folder that something was written in. */
function folderOf({ path, kind, after }: ScanFinding): string {
  if (kind === "add" && after?.type === "directory") return path;
  return path.slice(0, path.lastIndexOf("/"));
}
