import type { Finding } from "../../base/finding.ts";
import type { ImageConfigFile } from "../../format/oci/image-config.ts";
import { maskArguments } from "../../format/secret/mask-arguments.ts";
import { findDangers } from "./dangers.ts";
import { type ImageView, viewImage } from "./image-view.ts";
import { findLanguages } from "./languages.ts";
import type { LayerFile } from "./layer-scan.ts";
import { lintImage } from "./lint/lint.ts";
import { findBase, type KnownImage, settingsOfBase, systemField } from "./origin/find-base.ts";
import { withOwner } from "./origin/copied-owner.ts";
import type { Instruction } from "./origin/instruction.ts";
import { maskPair } from "./origin/mask-pairs.ts";
import { printDockerfile } from "./origin/print-dockerfile.ts";
import { readHistory } from "./origin/read-history.ts";
import { unsaidSettings } from "./origin/unsaid-settings.ts";
import { findPackages, summarizePackages } from "./packages/find-packages.ts";
import type { LayerReport, XrayReport } from "./report.ts";
import type { ScannedImage } from "./scan-archive.ts";
import { type Branch, branchesOf } from "./treemap/branch.ts";
import { findTools } from "./tools.ts";
import { weighImage } from "./weights.ts";

/** How many heavy paths of each kind are told. */
const MOST = 100;

/** What a look into an image gives: the report, and the sizes of its paths for a treemap. */
export interface Xray {
  readonly report: XrayReport;
  readonly branches: Branch;
}

/** Makes the report of a scanned image; `known` are images that it may have been built from. */
export function makeXray(name: string, scanned: ScannedImage, known: readonly KnownImage[]): Xray {
  const view = viewImage(scanned.layers);
  return { report: makeReport(view, { name, scanned, known }), branches: branchesOf(view.root) };
}

interface Parts {
  readonly name: string;
  readonly scanned: ScannedImage;
  readonly known: readonly KnownImage[];
}

function makeReport(view: ImageView, { name, scanned, known }: Parts): XrayReport {
  const { config } = scanned;
  const { packages, findings } = findPackages(view);
  const damages = damagedLayers(scanned);
  const read = readHistory(config.history, settingsOf(config));
  const base = findBase({ view, diffIds: config.diffIds, history: config.history, instructions: read, known });
  const instructions = read.map((one, at) => ({ ...withOwner(one, filesOf(view, one)), isBase: at < base.entries }));
  const unsaid = unsaidSettings(config, instructions, settingsOfBase(base, known));
  return {
    image: describeImage(name, scanned),
    bytes: scanned.layers.reduce((sum, { bytes }) => sum + bytes, 0),
    visibleBytes: view.bytesAt("/"),
    layers: layersOf(view, config, instructions),
    weights: weighImage(view, MOST),
    base,
    system: { id: systemField(view, "ID") ?? "linux", version: systemField(view, "VERSION_ID") },
    managers: summarizePackages(packages),
    packages,
    languages: findLanguages(view, packages),
    dangers: findDangers(view),
    tools: findTools(view),
    instructions,
    dockerfile: printDockerfile({ instructions, unsaid, base, config }),
    lint: lintImage({ instructions: instructions.filter(({ isBase }) => !isBase), config, base: base.name }),
    findings: [...damages, ...findings, ...archiveFindings(scanned)],
    isComplete: damages.length === 0,
  };
}

/** Variables and labels as "NAME=value". */
function settingsOf({ env, labels }: ImageConfigFile): readonly string[] {
  return [...env, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)];
}

function filesOf(view: ImageView, { layer }: Instruction): readonly LayerFile[] {
  return layer === null ? [] : (view.layers[layer]?.files ?? []);
}

function describeImage(name: string, { id, tags, config }: ScannedImage): XrayReport["image"] {
  const { architecture, os, created, entrypoint, cmd, user, workdir, exposed, volumes, env } = config;
  const masked = (words: readonly string[] | null): readonly string[] | null => (words === null ? null : maskArguments(words).argv);
  const labels = Object.fromEntries(
    Object.entries(config.labels).map(([key, value]) => [key, maskPair(`${key}=${value}`).slice(key.length + 1)]),
  );
  return {
    name,
    id,
    tags,
    architecture,
    os,
    created,
    entrypoint: masked(entrypoint),
    cmd: masked(cmd),
    user,
    workdir,
    exposed,
    volumes,
    env: env.map(maskPair),
    labels,
  };
}

function layersOf(view: ImageView, config: ImageConfigFile, instructions: readonly Instruction[]): readonly LayerReport[] {
  const wasted = new Map<number, number>();
  for (const { layer, bytes } of view.waste) wasted.set(layer, (wasted.get(layer) ?? 0) + bytes);
  return view.layers.map(({ bytes, files }, number) => {
    const made = instructions.find(({ layer }) => layer === number);
    return {
      number,
      digest: config.diffIds[number] ?? "",
      instruction: made === undefined ? "" : `${made.keyword} ${made.text}`,
      isBase: made?.isBase ?? false,
      bytes,
      files: files.length,
      wastedBytes: wasted.get(number) ?? 0,
    };
  });
}

function damagedLayers({ layers }: ScannedImage): readonly Finding[] {
  return layers.flatMap(({ damage, files }, number) => {
    if (damage === null) return [];
    const extent = files.length === 0 ? "could not be read" : "was read in part";
    return [{ code: damage.code, message: `Layer ${number + 1} ${extent}: ${damage.message}` }];
  });
}

function archiveFindings({ others, tags }: ScannedImage): readonly Finding[] {
  if (others === 0) return [];
  const message = `The archive holds ${others} more image${others === 1 ? "" : "s"}; this is ${tags[0] ?? "the first of this architecture"}.`;
  return [{ code: "archive-many-images", message, hint: "Save the wanted image alone: docker save IMAGE -o FILE" }];
}
