import { EXIT } from "../../../base/exit-code.ts";
import { listContainers } from "../../../engine/container/container.ts";
import { type ImageSummary, listImages } from "../../../engine/image/list-images.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import type { KnownUnit } from "../../../ship/look/known-unit.ts";
import { imageCandidates } from "../../../ship/plan/make-plan.ts";
import { imageNamesToSeek } from "../../../ship/release/image-names.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import { ageText } from "../../../terminal/ps-view.ts";
import { renderTable } from "../../../terminal/table.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { exitOfLook, instancesOf, type LookOptions, openLook } from "../../units/look.ts";

interface ImageRow {
  readonly context: string;
  readonly unit: string | null;
  /** "web:live"; null for an image without a name. */
  readonly tag: string | null;
  readonly id: string;
  readonly size: number;
  readonly createdAt: string;
  /** Containers that were made of it. */
  readonly usedBy: readonly string[];
}

/** `cooper images`: the images of units, by name; every image of the engine with `--all`. */
export async function images(context: VerbContext, words: readonly string[], options: LookOptions): Promise<number> {
  const look = await openLook(context, words, options);
  const named = words.length === 0 ? null : new Set((await instancesOf(context, look, words)).map(({ unit, name }) => unit ?? name));
  const units = look.units.filter(({ unit }) => named === null || named.has(unit.name));
  const all = await Promise.all(look.engines.map(async ({ name, engine }) => rowsOf(name, engine, units)));
  const rows = all.flat().filter(({ unit }) => unit !== null || (options.all === true && named === null));
  if (options.json === true) await context.print(toJson("cooper.images/1", { images: rows }));
  else await context.print(renderImages(rows, context));
  return exitOfLook(look, named !== null && rows.length === 0 ? EXIT.no : EXIT.done);
}

async function rowsOf(context: string, engine: Engine, units: readonly KnownUnit[]): Promise<readonly ImageRow[]> {
  const [found, containers] = await Promise.all([listImages(engine), listContainers(engine, { all: true })]);
  const owners = new Map(units.flatMap((known) => repositoriesOf(known).map((repository) => [repository, known.unit.name] as const)));
  const rowsOfImage = ({ id, tags, size, createdAt }: ImageSummary): readonly ImageRow[] => {
    const usedBy = containers.filter(({ imageId }) => imageId === id).map(({ name }) => name);
    const names: readonly (string | null)[] = tags.length === 0 ? [null] : tags;
    return names.map((tag) => ({
      context,
      unit: owners.get((tag ?? "").replace(/:[^:/]*$/u, "")) ?? null,
      tag,
      id,
      size,
      createdAt: new Date(createdAt * 1000).toISOString(),
      usedBy,
    }));
  };
  const key = ({ tag, createdAt }: ImageRow): string => `${tag ?? "~"} ${createdAt}`;
  return found.flatMap(rowsOfImage).toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}

/** The names that images of a unit have, without tags. */
function repositoriesOf({ settings, unit }: KnownUnit): readonly string[] {
  if (settings === null) return [unit.name];
  const released = settings.service.build === undefined ? imageNamesToSeek(settings) : null;
  const names = [...imageCandidates(settings), ...(released === null ? [] : [released.live])];
  return names.map((reference) => reference.replace(/@.*$/u, "").replace(/:[^:/]*$/u, ""));
}

function renderImages(rows: readonly ImageRow[], { clock, style }: VerbContext): string {
  const hasContexts = new Set(rows.map(({ context }) => context)).size > 1;
  const head = [...(hasContexts ? ["CONTEXT"] : []), "IMAGE", "ID", "SIZE", "MADE", "USED BY"];
  const lines = rows.map(({ context, tag, id, size, createdAt, usedBy }) => [
    ...(hasContexts ? [escapeText(context)] : []),
    escapeText(tag ?? "(no name)"),
    id.replace("sha256:", "").slice(0, 12),
    `${(size / 1e6).toFixed(1)} MB`,
    `${ageText(clock() - Date.parse(createdAt))} ago`,
    escapeText(someOf(usedBy)),
  ]);
  return renderTable([head.map(style.bold), ...lines]);
}

const MOST_SHOWN = 4;

function someOf(names: readonly string[]): string {
  const more = names.length - MOST_SHOWN;
  return [...names.slice(0, MOST_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(" ") || "-";
}
