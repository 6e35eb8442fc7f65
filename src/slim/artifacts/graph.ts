import type { Kept } from "../closure/close.ts";
import type { ImageFiles } from "../inspect/image-files.ts";

/** What stays, and what each path followed from. */
export interface ArtifactGraph {
  readonly nodes: readonly { readonly path: string; readonly rule: string; readonly bytes: number }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly rule: string }[];
}

/** The paths that stay as a graph; an edge leads from what was there first to what followed from it. */
export function artifactGraph(files: ImageFiles, kept: Kept): ArtifactGraph {
  const paths = [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    nodes: paths.map(([path, { rule }]) => ({ path, rule, bytes: files.paths.get(path)?.member.size ?? 0 })),
    edges: paths.flatMap(([path, { rule, because }]) => {
      const from = because.split(" ")[0] ?? "";
      return kept.has(from) && from !== path ? [{ from, to: path, rule }] : [];
    }),
  };
}

/** The graph in the language of Graphviz. */
export function graphText({ nodes, edges }: ArtifactGraph): string {
  const lines = [
    ...nodes.map(({ path, rule }) => `  ${quote(path)} [tooltip=${quote(rule)}];`),
    ...edges.map(({ from, to, rule }) => `  ${quote(from)} -> ${quote(to)} [label=${quote(rule)}];`),
  ];
  return `digraph kept {\n  rankdir=LR;\n${lines.join("\n")}\n}\n`;
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
