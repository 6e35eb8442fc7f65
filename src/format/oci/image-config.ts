import { z } from "zod";
import { parseJson } from "./parse-json.ts";

/** One instruction of an image's history, the oldest first. `isEmpty`: it made no layer. */
export interface HistoryEntry {
  readonly createdBy: string;
  readonly comment: string;
  /** RFC 3339, "" where it is not told. */
  readonly created: string;
  readonly isEmpty: boolean;
}

/** An image's configuration file, with the defaults of what it leaves out. */
export interface ImageConfigFile {
  readonly architecture: string;
  readonly os: string;
  readonly created: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly user: string;
  readonly workdir: string;
  readonly exposed: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly hasHealthcheck: boolean;
  readonly shell: readonly string[] | null;
  /** "sha256:…" of each layer's uncompressed archive, the lowest first. */
  readonly diffIds: readonly string[];
  readonly history: readonly HistoryEntry[];
}

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const words = z.union([z.string(), z.array(z.string())]).nullish();
const configFile = z.object({
  architecture: text,
  os: text,
  created: text,
  config: z
    .object({
      Env: texts,
      Entrypoint: words,
      Cmd: words,
      User: text,
      WorkingDir: text,
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
      Healthcheck: z.object({ Test: texts }).nullish(),
      Shell: texts,
    })
    .nullish(),
  rootfs: z.object({ diff_ids: texts }),
  history: z.array(z.object({ created: text, created_by: text, comment: text, empty_layer: z.boolean().nullish() })).nullish(),
});

/** Reads the text of an image's configuration; `name` is that of its member. Throws `image-archive-invalid`. */
export function parseImageConfig(json: string, name: string): ImageConfigFile {
  const file = parseJson(configFile, json, name);
  const config = file.config ?? {};
  const test = config.Healthcheck?.Test ?? [];
  return {
    architecture: file.architecture ?? "",
    os: file.os ?? "",
    created: file.created ?? "",
    env: config.Env ?? [],
    entrypoint: wordsOf(config.Entrypoint),
    cmd: wordsOf(config.Cmd),
    user: config.User ?? "",
    workdir: config.WorkingDir ?? "",
    exposed: Object.keys(config.ExposedPorts ?? {}).toSorted(),
    volumes: Object.keys(config.Volumes ?? {}).toSorted(),
    labels: config.Labels ?? {},
    hasHealthcheck: test.length > 0 && test[0] !== "NONE",
    shell: config.Shell ?? null,
    diffIds: file.rootfs.diff_ids ?? [],
    history: (file.history ?? []).map((entry) => ({
      createdBy: entry.created_by ?? "",
      comment: entry.comment ?? "",
      created: entry.created ?? "",
      isEmpty: entry.empty_layer === true,
    })),
  };
}

function wordsOf(value: string | readonly string[] | null | undefined): readonly string[] | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? [value] : value;
}
