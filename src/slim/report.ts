import * as z from "zod";
import { readTextIfThere, writeFileAtomically } from "../system/file/files.ts";
import { makePrivateFolder } from "../system/store/state-folder.ts";
import type { SlimResult } from "./request.ts";

const REPORT = z.object({
  version: z.literal(1),
  image: z.string(),
  imageId: z.string(),
  slimImageId: z.string(),
  tag: z.string(),
  tags: z.array(z.string()).default([]),
  level: z.string(),
  originalBytes: z.number(),
  slimBytes: z.number(),
  mode: z.string(),
  lost: z.number(),
  ioUring: z.number(),
  prices: z.array(z.object({ level: z.string(), bytes: z.number(), paths: z.number() })),
  artifacts: z.string().nullable(),
  seccomp: z.string().nullable(),
  readOnly: z.array(z.string()).nullable(),
  repairs: z.array(z.string()),
  seconds: z.record(z.string(), z.number()),
  kept: z.record(z.string(), z.object({ rule: z.string(), because: z.string(), level: z.string() })),
  /** Targets of the links among them. */
  links: z.record(z.string(), z.string()),
});

/** What `cooper slim` did with an image; kept beside the histories for `cooper why`. */
export type SlimReport = z.infer<typeof REPORT>;

interface Named {
  readonly image: string;
  readonly tag: string;
  readonly tags: readonly string[];
  readonly level: string;
  /** Folder of the artifacts. */
  readonly artifacts: string | null;
}

/** The report of a result. */
export function reportOf(result: SlimResult, named: Named): SlimReport {
  return {
    version: 1,
    ...named,
    tags: [...named.tags],
    imageId: result.originalId,
    slimImageId: result.imageId,
    originalBytes: result.originalBytes,
    slimBytes: result.slimBytes,
    mode: result.trace.mode,
    lost: result.trace.lost,
    ioUring: result.trace.ioUring ?? 0,
    seccomp: result.hardening.seccomp,
    readOnly: result.hardening.readOnly === null ? null : [...result.hardening.readOnly],
    prices: result.prices.map((price) => ({ ...price })),
    repairs: [...result.repairs],
    seconds: result.seconds,
    links: result.links,
    kept: Object.fromEntries([...result.kept].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Keeps a report under the slim image's id and under the original's. */
export async function saveReport(folder: string, report: SlimReport): Promise<void> {
  await makePrivateFolder(folder);
  const text = JSON.stringify(report);
  for (const id of [report.slimImageId, report.imageId]) await writeFileAtomically(fileOf(folder, id), text, 0o600);
}

/** The last report that has the image id as its original or its result; null without one, and for one that another version wrote or that is damaged. */
export async function loadReport(folder: string, imageId: string): Promise<SlimReport | null> {
  const text = await readTextIfThere(fileOf(folder, imageId));
  return text === null ? null : (REPORT.safeParse(jsonOf(text)).data ?? null);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fileOf(folder: string, id: string): string {
  return `${folder}/${id.replace(/^sha256:/, "").replaceAll(/[^0-9a-zA-Z]/g, "-")}.json`;
}
