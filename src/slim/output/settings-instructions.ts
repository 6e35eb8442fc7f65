import { z } from "zod";
import { isWritableValue, jsonWords, quoteValue } from "../../format/dockerfile/words.ts";
import { printExec, printPairs, printWord } from "../../format/dockerfile/instructions.ts";
import type { JsonObject } from "../pack/image-config.ts";

const texts = z.array(z.string()).nullish();
const names = z.record(z.string(), z.unknown()).nullish();
const SETTINGS = z.object({
  Env: texts,
  Labels: z.record(z.string(), z.string()).nullish(),
  WorkingDir: z.string().nullish(),
  User: z.string().nullish(),
  ExposedPorts: names,
  Volumes: names,
  StopSignal: z.string().nullish(),
  Shell: texts,
  Entrypoint: texts,
  Cmd: texts,
  OnBuild: texts,
  Healthcheck: z
    .object({
      Test: texts,
      Interval: z.number().nullish(),
      Timeout: z.number().nullish(),
      StartPeriod: z.number().nullish(),
      Retries: z.number().nullish(),
    })
    .nullish(),
});

type Settings = z.infer<typeof SETTINGS>;

/** An image's `Config` as the instructions that set it again on an image that has none. */
export function settingsInstructions(config: JsonObject): readonly string[] {
  const settings = SETTINGS.parse(config);
  const pairs = (settings.Env ?? []).map((pair) => ({ key: pair.split("=")[0] ?? "", value: pair.slice(pair.indexOf("=") + 1) }));
  const labels = Object.entries(settings.Labels ?? {}).map(([key, value]) => ({ key, value }));
  return [
    ...pairInstructions("ENV", pairs),
    ...pairInstructions("LABEL", labels),
    ...wordInstruction("WORKDIR", settings.WorkingDir),
    ...wordInstruction("USER", settings.User),
    ...Object.keys(settings.ExposedPorts ?? {})
      .toSorted()
      .map((port) => `EXPOSE ${port}`),
    ...(settings.Volumes ? [`VOLUME ${jsonWords(Object.keys(settings.Volumes).toSorted())}`] : []),
    ...wordInstruction("STOPSIGNAL", settings.StopSignal),
    ...execInstruction("SHELL", settings.Shell),
    ...healthInstruction(settings.Healthcheck),
    ...execInstruction("ENTRYPOINT", settings.Entrypoint),
    ...execInstruction("CMD", settings.Cmd),
    ...(settings.OnBuild ?? []).map((text) => `ONBUILD ${text}`),
  ];
}

function pairInstructions(name: "ENV" | "LABEL", pairs: readonly { readonly key: string; readonly value: string }[]): readonly string[] {
  const written = pairs.filter(({ value }) => isWritableValue(value));
  const lost = pairs.filter(({ value }) => !isWritableValue(value));
  return [
    ...(written.length > 0 ? [printPairs(name, written)] : []),
    ...lost.map(({ key }) => `# ${name} ${key} holds a line end, which no instruction can say.`),
  ];
}

function wordInstruction(name: "WORKDIR" | "USER" | "STOPSIGNAL", word: string | null | undefined): readonly string[] {
  return word ? [printWord(name, word)] : [];
}

function execInstruction(name: "SHELL" | "ENTRYPOINT" | "CMD", words: readonly string[] | null | undefined): readonly string[] {
  return words && words.length > 0 ? [printExec(name, words)] : [];
}

function healthInstruction(health: Settings["Healthcheck"]): readonly string[] {
  const [kind, ...words] = health?.Test ?? [];
  if (!health || kind === undefined) return [];
  if (kind === "NONE") return ["HEALTHCHECK NONE"];
  const times = [
    ["interval", health.Interval],
    ["timeout", health.Timeout],
    ["start-period", health.StartPeriod],
  ] as const;
  const options = times.flatMap(([name, value]) => (value ? [`--${name}=${value}ns`] : []));
  const retries = health.Retries ? [`--retries=${health.Retries}`] : [];
  const command = kind === "CMD" ? jsonWords(words) : (words[0] ?? "").replaceAll("\n", " ");
  return [`HEALTHCHECK ${[...options, ...retries].join(" ")} CMD ${command}`.replace("HEALTHCHECK  ", "HEALTHCHECK ")];
}

/** A reference as FROM takes it. */
export function fromWord(reference: string): string {
  return quoteValue(reference);
}
