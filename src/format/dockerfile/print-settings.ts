import type { Healthcheck, ImageConfigFile } from "../oci/image-config.ts";
import { printExec, printWord } from "./instructions.ts";
import { isWritableValue, jsonWords, quoteValue } from "./words.ts";

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

/** An image's settings as the instructions that set them on an image that has none, one line each; "# …" for what none can say. */
export function printSettings(settings: Settings): readonly string[] {
  const { env, labels, exposed, volumes, workdir, user, stopSignal, shell, healthcheck, entrypoint, cmd, onBuild } = settings;
  return [
    ...(env ?? []).map((pair) => printPair("ENV", nameOf(pair), pair.slice(nameOf(pair).length + 1))),
    ...Object.entries(labels ?? {}).map(([key, value]) => printPair("LABEL", key, value)),
    ...(exposed?.length ? [`EXPOSE ${exposed.join(" ")}`] : []),
    ...(volumes?.length ? [`VOLUME ${jsonWords(volumes)}`] : []),
    ...(workdir ? [printWord("WORKDIR", workdir)] : []),
    ...(user ? [printWord("USER", user)] : []),
    ...(stopSignal ? [printWord("STOPSIGNAL", stopSignal)] : []),
    ...(shell?.length ? [printExec("SHELL", shell)] : []),
    ...(healthcheck ? [`HEALTHCHECK ${healthText(healthcheck)}`] : []),
    ...(entrypoint?.length ? [printExec("ENTRYPOINT", entrypoint)] : []),
    ...(cmd?.length ? [printExec("CMD", cmd)] : []),
    ...(onBuild ?? []).map((text) => `ONBUILD ${text}`),
  ];
}

function nameOf(pair: string): string {
  return pair.split("=")[0] ?? "";
}

function printPair(keyword: "ENV" | "LABEL", key: string, value: string): string {
  if (!isWritableValue(value)) return `# ${keyword} ${key} holds a line end, which no instruction can say.`;
  return `${keyword} ${quoteValue(key)}=${quoteValue(value)}`;
}

function healthText({ test, interval, timeout, startPeriod, retries }: Healthcheck): string {
  const [kind, ...words] = test;
  if (kind === "NONE") return "NONE";
  const time = (name: string, nanoseconds: number): string[] => (nanoseconds > 0 ? [`--${name}=${nanoseconds / 1e9}s`] : []);
  const options = [...time("interval", interval), ...time("timeout", timeout), ...time("start-period", startPeriod)];
  if (retries > 0) options.push(`--retries=${retries}`);
  return [...options, "CMD", kind === "CMD-SHELL" ? words.join(" ").replaceAll("\n", " ") : jsonWords(words)].join(" ");
}
