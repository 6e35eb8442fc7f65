import * as z from "zod";
import { parseJson } from "./parse-json.ts";

/** One instruction of an image's history, the oldest first. `isEmpty`: it made no layer. */
export interface HistoryEntry {
  readonly createdBy: string;
  readonly comment: string;
  /** RFC 3339, "" where it is not told. */
  readonly created: string;
  readonly isEmpty: boolean;
}

/** How an engine asks whether a container is well. */
export interface Healthcheck {
  /** ["CMD", …], ["CMD-SHELL", command] or ["NONE"]. */
  readonly test: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly retries: number;
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
  /** Null where the image says nothing of it; "NONE" is the first word of one that is switched off. Times in nanoseconds, 0 for the engine's own. */
  readonly healthcheck: Healthcheck | null;
  readonly shell: readonly string[] | null;
  readonly stopSignal: string | null;
  readonly onBuild: readonly string[];
  /** "sha256:…" of each layer's uncompressed archive, the lowest first. */
  readonly diffIds: readonly string[];
  readonly history: readonly HistoryEntry[];
}

const text = z.string().nullish();
const number = z.number().nullish();
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
      Healthcheck: z.object({ Test: texts, Interval: number, Timeout: number, StartPeriod: number, Retries: number }).nullish(),
      Shell: texts,
      StopSignal: text,
      OnBuild: texts,
    })
    .nullish(),
  rootfs: z.object({ diff_ids: texts }),
  history: z.array(z.object({ created: text, created_by: text, comment: text, empty_layer: z.boolean().nullish() })).nullish(),
});

/** Reads the text of an image's configuration; `name` is that of its member. Throws `image-archive-invalid`. */
export function parseImageConfig(json: string, name: string): ImageConfigFile {
  const file = parseJson(configFile, json, name);
  const config = file.config ?? {};
  const healthcheck = healthcheckOf(config.Healthcheck);
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
    hasHealthcheck: healthcheck !== null && healthcheck.test[0] !== "NONE",
    healthcheck,
    shell: config.Shell ?? null,
    stopSignal: config.StopSignal || null,
    onBuild: config.OnBuild ?? [],
    diffIds: file.rootfs.diff_ids ?? [],
    history: (file.history ?? []).map((entry) => ({
      createdBy: entry.created_by ?? "",
      comment: entry.comment ?? "",
      created: entry.created ?? "",
      isEmpty: entry.empty_layer === true,
    })),
  };
}

type Settings = NonNullable<z.infer<typeof configFile>["config"]>;

function healthcheckOf(check: Settings["Healthcheck"]): Healthcheck | null {
  const test = check?.Test ?? [];
  if (test.length === 0) return null;
  const { Interval, Timeout, StartPeriod, Retries } = check ?? {};
  return { test, interval: Interval ?? 0, timeout: Timeout ?? 0, startPeriod: StartPeriod ?? 0, retries: Retries ?? 0 };
}

function wordsOf(value: string | readonly string[] | null | undefined): readonly string[] | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? [value] : value;
}
