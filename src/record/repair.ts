import type { Difference } from "../changes/verdict.ts";
import type { Repair } from "../draft/model.ts";
import { getArchive } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { readTar } from "../format/tar/read-tar.ts";
import type { Entry } from "../format/tree/entry.ts";
import type { ContentStore } from "../system/store/content-store.ts";

interface RepairSource {
  readonly engine: Engine;
  readonly containerId: string;
  readonly contents: ContentStore;
  readonly signal: AbortSignal;
}

const WHY = {
  missing: "the commands do not make it",
  extra: "the container does not have it",
  different: "the commands make it otherwise",
} as const;

function whyOf(difference: Difference): string {
  const fields = difference.kind === "different" && difference.fields.length > 0 ? ` (${difference.fields.join(", ")})` : "";
  return WHY[difference.kind] + fields;
}

/** The wanted file with its content brought into the store; null where the content cannot be kept. */
async function keepContent(entry: Entry, path: string, source: RepairSource): Promise<Entry | null> {
  const archive = await getArchive(source.engine, source.containerId, path, { signal: source.signal });
  for await (const { member, body } of readTar(archive)) {
    if (member.type !== "file") break;
    const stored = await source.contents.put(body);
    archive.destroy();
    return stored.kept ? { ...entry, hash: stored.hash, size: stored.size } : null;
  }
  archive.destroy();
  return null;
}

async function repairOf(difference: Difference, source: RepairSource): Promise<Repair | null> {
  const { path, wanted } = difference;
  const why = whyOf(difference);
  if (difference.kind === "extra" || wanted === null) return { path, entry: null, why };
  if (wanted.type !== "file" || wanted.hardLink !== undefined) return { path, entry: wanted, why };
  const entry = await keepContent(wanted, path, source);
  return entry === null ? null : { path, entry, why };
}

/** What only the build has below a folder that goes, or that something else takes the place of, goes along with it. */
function withoutCovered(differences: readonly Difference[]): readonly Difference[] {
  const gone = new Set(
    differences.filter(({ got, wanted }) => got?.type === "directory" && wanted?.type !== "directory").map(({ path }) => path),
  );
  const isCovered = (path: string): boolean => {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) if (gone.has(path.slice(0, at))) return true;
    return false;
  };
  return differences.filter(({ path, kind }) => kind !== "extra" || !isCovered(path));
}

/** For each Difference what the Draft must carry; those whose content cannot be kept have none. */
export async function makeRepairs(differences: readonly Difference[], source: RepairSource): Promise<readonly Repair[]> {
  const repairs: Repair[] = [];
  for (const difference of withoutCovered(differences)) {
    const repair = await repairOf(difference, source);
    if (repair !== null) repairs.push(repair);
  }
  return repairs;
}

/** Repairs by path, later ones in the place of earlier ones, sorted. */
export function mergeRepairs(before: readonly Repair[], added: readonly Repair[]): readonly Repair[] {
  const byPath = new Map([...before, ...added].map((repair) => [repair.path, repair]));
  return [...byPath.values()].toSorted((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
}
