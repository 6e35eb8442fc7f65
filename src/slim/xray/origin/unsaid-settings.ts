import { printSettings, type Settings } from "../../../format/dockerfile/print-settings.ts";
import { maskArguments } from "../../../format/secret/mask-arguments.ts";
import { maskText } from "../../../format/secret/mask-text.ts";
import type { Instruction } from "./instruction.ts";
import { maskPair } from "./mask-pairs.ts";

/** What a builder writes into every image that says nothing of it. */
const BUILDERS_OWN = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Settings that no instruction of the history tells of and that did not come with the base, as instructions; secrets are masked. */
export function unsaidSettings(config: Settings, said: readonly Instruction[], base: Settings): readonly Instruction[] {
  const inBase = new Set(printSettings(masked(base)));
  const env = config.env?.filter((pair) => pair !== BUILDERS_OWN) ?? [];
  return printSettings(masked({ ...config, env }))
    .filter((line) => !inBase.has(line))
    .map(splitLine)
    .filter((line) => !said.some((one) => tells(one, line)))
    .map((line) => ({ ...line, layer: null, isBase: false, note: "" }));
}

type Line = Pick<Instruction, "keyword" | "text">;

function splitLine(line: string): Line {
  const space = line.indexOf(" ");
  return { keyword: line.slice(0, space), text: line.slice(space + 1) };
}

function tells(said: Instruction, { keyword, text }: Line): boolean {
  if (said.keyword !== keyword || keyword === "#") return false;
  if (keyword !== "ENV" && keyword !== "LABEL") return true;
  const name = text.slice(0, text.indexOf("=") + 1);
  return said.text.startsWith(name) || said.text.includes(` ${name}`);
}

function masked(settings: Settings): Settings {
  const { env, labels, healthcheck, entrypoint, cmd, onBuild } = settings;
  const value = ([key, text]: readonly [string, string]): [string, string] => [key, maskPair(`${key}=${text}`).slice(key.length + 1)];
  return {
    ...settings,
    env: env?.map(maskPair) ?? [],
    labels: Object.fromEntries(Object.entries(labels ?? {}).map(value)),
    healthcheck: healthcheck ? { ...healthcheck, test: maskedTest(healthcheck.test) } : null,
    entrypoint: maskedWords(entrypoint),
    cmd: maskedWords(cmd),
    onBuild: onBuild?.map((text) => maskText(text).text) ?? [],
  };
}

function maskedTest([kind = "", ...words]: readonly string[]): readonly string[] {
  return [kind, ...(kind === "CMD-SHELL" ? [maskText(words.join(" ")).text] : maskArguments(words).argv)];
}

function maskedWords(words: readonly string[] | null | undefined): readonly string[] | null {
  return words ? maskArguments(words).argv : null;
}
