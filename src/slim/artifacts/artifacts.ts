import { parseImageConfig } from "../../format/oci/image-config.ts";
import type { FolderEntry } from "../../system/file/write-folder.ts";
import type { Trace } from "../../trace/protocol.ts";
import type { Kept } from "../closure/close.ts";
import type { Original } from "../inspect/inspect-image.ts";
import { imageConfig } from "../pack/image-config.ts";
import { printDockerfile } from "../xray/origin/print-dockerfile.ts";
import { readHistory } from "../xray/origin/read-history.ts";
import { unsaidSettings } from "../xray/origin/unsaid-settings.ts";
import { artifactGraph, graphText } from "./graph.ts";

/** What a run found out. */
export interface Findings {
  readonly original: Original;
  readonly trace: Trace;
  readonly kept: Kept;
  /** Reference of the original. */
  readonly image: string;
}

/** What a run found out as the files of a folder: lists of what stays and what goes, settings, activity, the original's Dockerfile, the graph. */
export function makeArtifacts(found: Findings): readonly FolderEntry[] {
  const { original, trace, kept, image } = found;
  const graph = artifactGraph(original.files, kept);
  const dropped = [...original.files.paths.keys()].filter((path) => !kept.has(path)).sort();
  const files: Readonly<Record<string, string>> = {
    "files.json": json(fileList(found)),
    "dropped.txt": dropped.map((path) => `${path.replaceAll("\n", "\\n")}\n`).join(""),
    "metadata.json": json({ image, original: original.inspected, slim: imageConfig(original.inspected, { diffId: "", from: image }) }),
    "activity-files.json": json(trace.touched),
    "activity-processes.json": json(processes(trace)),
    "artifact-graph.json": json(graph),
    "artifact-graph.dot": graphText(graph),
    "Dockerfile.fat": fatDockerfile(original),
  };
  return Object.entries(files).map(([path, bytes]) => ({ path, content: { bytes }, mode: 0o600 }));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

function fileList({ original, kept }: Findings): readonly object[] {
  return [...kept.keys()].sort().map((path) => {
    const { type, mode, uid, gid, size, link, xattrs } = original.files.paths.get(path)?.member ?? {};
    return { path, type, mode: mode?.toString(8), uid, gid, size, ...(link ? { link } : {}), xattrs, reason: kept.get(path) };
  });
}

/** The programs that began, each with its process; where processes were not told apart, the programs alone. */
function processes({ touched, processes: told }: Trace): readonly object[] {
  return told ?? Object.keys(touched).flatMap((program) => (touched[program]?.includes("executed") === true ? [{ program }] : []));
}

/** The Dockerfile that the original's history tells of. */
function fatDockerfile({ history, inspected }: Original): string {
  const told = history.toReversed().map(({ createdBy, comment, size }) => ({ created_by: createdBy, comment, empty_layer: size === 0 }));
  const { Architecture: architecture, Os: os, Config: settings } = inspected;
  const text = JSON.stringify({ architecture, os, config: settings, rootfs: {}, history: told });
  const config = parseImageConfig(text, "the image's settings");
  const instructions = readHistory(config.history);
  const base = { name: null, guess: null, system: null, layers: 0, entries: 0, because: "" };
  return printDockerfile({ instructions, unsaid: unsaidSettings(config, instructions, {}), base, config });
}
