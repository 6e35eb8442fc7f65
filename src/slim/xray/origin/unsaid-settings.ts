import { jsonWords, quoteValue } from "../../../format/dockerfile/words.ts";
import type { Healthcheck, ImageConfigFile } from "../../../format/oci/image-config.ts";
import { maskArguments } from "../../../format/secret/mask-arguments.ts";
import { maskText } from "../../../format/secret/mask-text.ts";
import type { Instruction } from "./instruction.ts";
import { printPairs } from "./pairs.ts";

/** The settings of an image that a Dockerfile writes as instructions. */
export type Settings = Partial<
  Pick<
    ImageConfigFile,
    | "env"
    | "entrypoint"
    | "cmd"
    | "user"
    | "workdir"
    | "exposed"
    | "volumes"
    | "labels"
    | "healthcheck"
    | "shell"
    | "stopSignal"
    | "onBuild"
  >
>;

/** What a builder writes into every image that says nothing of it. */
const BUILDERS_OWN = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Settings that no instruction of the history tells of and that did not come with the base, as instructions. */
export function unsaidSettings(config: Settings, said: readonly Instruction[], base: Settings): readonly Instruction[] {
  const inBase = new Set(linesOf(base).map(({ keyword, text }) => `${keyword} ${text}`));
  return linesOf({ ...config, env: config.env?.filter((pair) => pair !== BUILDERS_OWN) ?? [] })
    .filter((line) => !inBase.has(`${line.keyword} ${line.text}`) && !said.some((one) => tells(one, line)))
    .map(({ keyword, text }) => ({ keyword, text, layer: null, isBase: false, note: "" }));
}

interface Line {
  readonly keyword: string;
  readonly text: string;
}

function tells(said: Instruction, { keyword, text }: Line): boolean {
  if (said.keyword !== keyword) return false;
  if (keyword !== "ENV" && keyword !== "LABEL") return true;
  const name = text.slice(0, text.indexOf("=") + 1);
  return said.text.startsWith(name) || said.text.includes(` ${name}`);
}

function linesOf(settings: Settings): readonly Line[] {
  const { env, labels, exposed, volumes, workdir, user, stopSignal, shell, healthcheck, entrypoint, cmd, onBuild } = settings;
  const line = (keyword: string, text: string | null | undefined): Line[] => (text ? [{ keyword, text }] : []);
  const masked = (words: readonly string[] | null | undefined): string | null =>
    words?.length ? jsonWords(maskArguments(words).argv) : null;
  return [
    ...(env ?? []).flatMap((pair) => line("ENV", printPairs(pair, [pair]))),
    ...Object.entries(labels ?? {}).flatMap(([key, value]) => line("LABEL", printPairs(`${key}=${value}`, [`${key}=${value}`]))),
    ...line("EXPOSE", exposed?.join(" ")),
    ...line("VOLUME", volumes?.length ? jsonWords(volumes) : null),
    ...line("WORKDIR", workdir ? quoteValue(workdir) : null),
    ...line("USER", user ? quoteValue(user) : null),
    ...line("STOPSIGNAL", stopSignal),
    ...line("SHELL", shell ? jsonWords(shell) : null),
    ...line("HEALTHCHECK", healthcheck ? healthcheckText(healthcheck) : null),
    ...line("ENTRYPOINT", masked(entrypoint)),
    ...line("CMD", masked(cmd)),
    ...(onBuild ?? []).flatMap((text) => line("ONBUILD", maskText(text).text)),
  ];
}

function healthcheckText({ test, interval, timeout, startPeriod, retries }: Healthcheck): string {
  const [kind, ...words] = test;
  if (kind === "NONE") return "NONE";
  const time = (name: string, nanoseconds: number): string[] => (nanoseconds > 0 ? [`--${name}=${nanoseconds / 1e9}s`] : []);
  const options = [...time("interval", interval), ...time("timeout", timeout), ...time("start-period", startPeriod)];
  if (retries > 0) options.push(`--retries=${retries}`);
  return [...options, "CMD", kind === "CMD-SHELL" ? maskText(words.join(" ")).text : jsonWords(maskArguments(words).argv)].join(" ");
}
