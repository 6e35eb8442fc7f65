import { resolveImport } from "./source-files.ts";
import type { SourceFile } from "./source-files.ts";

function neighboursOf(source: SourceFile): readonly string[] {
  return source.imports
    .filter(({ from, isTypeOnly }) => from.startsWith(".") && !isTypeOnly)
    .map(({ from }) => resolveImport(source.file, from));
}

/** The first cycle found among the imports (types aside), as the files on it; null where there is none. */
export function findCycle(sources: readonly SourceFile[]): readonly string[] | null {
  const graph = new Map(sources.map((source) => [source.file, neighboursOf(source)]));
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...trail, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
