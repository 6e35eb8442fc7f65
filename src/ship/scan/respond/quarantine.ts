import { inspectContainer } from "../../../engine/container/container.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { type ContentStore, openContentStore, type StoredContent } from "../../../system/store/content-store.ts";
import { readBytesIfThere, writeFileAtomically } from "../../../system/file/files.ts";
import type { OpenFile } from "../../../system/file/no-follow.ts";
import { makePrivateFolder } from "../../../system/store/state-folder.ts";
import type { ScanFinding } from "../classify/finding.ts";
import type { ContainerScan } from "../findings/container-scan.ts";
import { locate } from "../locate/locate.ts";
import { pathFields } from "../output/path-text.ts";
import { FolderPairs } from "../walk/folder-pair.ts";

/** What was put aside of one container. */
export interface Quarantine {
  readonly manifest: string;
  readonly kept: number;
  /** Files that could not be kept, and why. */
  readonly lost: readonly string[];
}

const LIMITS = { fileBytes: 1024 ** 3, totalBytes: 20 * 1024 ** 3 };
const PIECE = 1024 * 1024;

/**
 * Copies what a scan found into a folder of ours: contents by their hash, each a file that nobody may run, and a manifest. The container's
 * files are read descriptor by descriptor; those of running programs that were deleted from the process itself.
 */
export async function quarantine(engine: Engine, scan: ContainerScan, folder: string): Promise<Quarantine> {
  await makePrivateFolder(folder);
  const store = openContentStore(`${folder}/contents`, { limits: LIMITS });
  await makePrivateFolder(store.folder);
  const pairs = await pairsOf(engine, scan);
  const entries: unknown[] = [];
  const lost: string[] = [];
  for (const finding of scan.findings) {
    const stored = await keep(finding, pairs, store);
    if (stored !== null && !stored.kept) lost.push(`${finding.path}: ${stored.lost}`);
    entries.push({ ...manifestEntry(finding), ...(stored === null ? {} : { sha256: stored.hash, kept: stored.kept }) });
  }
  const manifest = `${folder}/${scan.name}-${scan.id.slice(0, 12)}.json`;
  const { name, id, image, imageId, evidence } = scan;
  const text = JSON.stringify({ schema: "cooper.quarantine/1", container: name, id, image, imageId, evidence, findings: entries }, null, 2);
  await writeFileAtomically(manifest, `${text}\n`, 0o600);
  return { manifest, kept: entries.length, lost };
}

async function pairsOf(engine: Engine, { id }: ContainerScan): Promise<FolderPairs | null> {
  const place = locate(engine, await inspectContainer(engine, id));
  if (place.evidence !== "layer") return null;
  const layer = (path: string): { readonly path: string; readonly attributes: null } => ({ path, attributes: null });
  return new FolderPairs({ upper: place.folders.upper, lower: place.folders.lower.map(layer), marks: place.folders.marks });
}

async function keep(finding: ScanFinding, pairs: FolderPairs | null, store: ContentStore): Promise<StoredContent | null> {
  if (finding.process !== null) {
    const program = await readBytesIfThere(`/proc/${finding.process.hostPid}/exe`).catch(() => null);
    return program === null ? null : store.putSync(program);
  }
  if (finding.after?.type !== "file" || pairs === null) return null;
  const slash = finding.path.lastIndexOf("/");
  const pair = pairs.at(finding.path.slice(0, slash));
  if (pair === null) return null;
  try {
    const file = pair.upper.file(finding.path.slice(slash + 1));
    return file === null ? null : await keepFile(file, store);
  } finally {
    pairs.close(pair);
  }
}

async function keepFile(file: OpenFile, store: ContentStore): Promise<StoredContent> {
  try {
    return await store.put(piecesOf(file));
  } finally {
    file.close();
  }
}

async function* piecesOf(file: OpenFile): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at <= LIMITS.fileBytes;) {
    const piece = Buffer.allocUnsafe(PIECE);
    const count = file.read(piece, at);
    if (count === 0) return;
    yield piece.subarray(0, count);
    at += count;
  }
}

function manifestEntry({
  path,
  rule,
  severity,
  also,
  kind,
  fields,
  before,
  after,
  process,
}: ScanFinding): Readonly<Record<string, unknown>> {
  return { ...pathFields(path), rule, severity, also, change: kind, fields, before, after, process };
}
